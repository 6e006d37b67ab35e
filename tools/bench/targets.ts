import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CORE, listening, startChild } from './child-process.js';
import { serviceTargets } from './service-target.js';
import type { Asking, BenchStage, Started, Target } from './target.js';
import { freePort } from '../../test/support/programs/free-port.js';

const BENCH = import.meta.dirname;
const PEERS = join(BENCH, 'peers');
const LITELLM = join(homedir(), '.cache', 'llm-chat-service', 'litellm', 'bin', 'litellm');

const LITELLM_KEY = 'sk-bench-0123456789abcdef0123456789abcdef';

type Askings = Pick<Target, 'streaming' | 'short'>;

function openAi(headers: Readonly<Record<string, string>> = {}): Askings {
  const path = '/v1/chat/completions';
  const messages = [{ role: 'user', content: '{question}' }];
  const body = (stream: boolean) => JSON.stringify({ model: 'bench', stream, messages });
  return {
    streaming: { path, headers, body: body(true), ending: '[DONE]' },
    short: { path, headers, body: body(false), ending: '}' },
  };
}

const plain = (stream: boolean): Asking => ({
  path: '/',
  headers: {},
  body: JSON.stringify({ question: '{question}', stream }),
  ending: stream ? '[DONE]' : '}',
});
const handler: Askings = { streaming: plain(true), short: plain(false) };

interface Command {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts what takes its port as an argument. */
async function startOn(stage: BenchStage, port: number, { name, ...options }: Command): Promise<Started> {
  const child = startChild(stage.workspace, { name, core: CORE.target, ...options });
  await listening(child, port);
  return { port, child };
}

async function startNode(stage: BenchStage, script: string): Promise<Started> {
  const port = await freePort();
  const command = [process.execPath, join(BENCH, script), String(stage.modelPort), String(port)];
  return startOn(stage, port, { name: script.replace('/', '-'), command });
}

/** The load alone: what callers see when there is nothing between them and the model. */
export const DIRECT: Target = {
  name: 'direct',
  ...openAi(),
  missing: () => null,
  start: (stage) => Promise.resolve({ port: stage.modelPort }),
};

export const YARDSTICK: Target = {
  name: 'raw Node relay',
  ...handler,
  missing: () => null,
  start: (stage) => startNode(stage, 'relay.mjs'),
};

const whenInstalled = () =>
  existsSync(join(PEERS, 'node_modules')) ? null : 'npm run bench:peers installs it';

function peer(name: string, script: string): Target {
  return {
    name,
    ...handler,
    missing: whenInstalled,
    start: (stage) => startNode(stage, `peers/${script}`),
  };
}

const portkey: Target = {
  name: 'Portkey gateway',
  ...openAi(),
  missing: whenInstalled,
  async start(stage) {
    const port = await freePort();
    const script = join(PEERS, 'node_modules', '@portkey-ai', 'gateway', 'build', 'start-server.js');
    const command = [process.execPath, script, `--port=${port}`, '--headless'];
    const headers = {
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `http://127.0.0.1:${stage.modelPort}/v1`,
      authorization: 'Bearer none',
    };
    return { ...(await startOn(stage, port, { name: 'portkey', command })), headers };
  },
};

const liteLlm: Target = {
  name: 'LiteLLM',
  ...openAi({ authorization: `Bearer ${LITELLM_KEY}` }),
  isSlow: true,
  missing: () => (existsSync(LITELLM) ? null : 'npm run bench:peers installs it where there is a Python'),
  async start(stage) {
    const port = await freePort();
    const model = ['--model', 'openai/bench', '--alias', 'bench', '--api_base'];
    const command = [LITELLM, ...model, `http://127.0.0.1:${stage.modelPort}/v1`, '--host', '127.0.0.1'];
    const environment = {
      OPENAI_API_KEY: 'none',
      LITELLM_MASTER_KEY: LITELLM_KEY,
      LITELLM_MODE: 'PRODUCTION',
      // Nothing here leaves the machine.
      LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    };
    return startOn(stage, port, {
      name: 'litellm',
      command: [...command, '--port', String(port)],
      environment,
    });
  },
};

/** All that is measured, in the order of the tables. */
export const TARGETS: readonly Target[] = [
  ...serviceTargets,
  peer('Express + openai SDK', 'openai-sdk.mjs'),
  portkey,
  peer('Express + LangChain JS', 'langchain.mjs'),
  peer('Express + Vercel AI SDK', 'ai-sdk.mjs'),
  liteLlm,
];

import { join } from 'node:path';
import { freePort } from '../support/programs/free-port.js';
import { run } from '../clients/command.js';
import { MODEL } from './asking.js';
import { Program } from './program.js';
import { PythonEnvironment, scriptAt } from './python.js';
import type { RealServer, RunningServer } from './real-server.js';

const PACKAGES = new PythonEnvironment('llama-cpp');

/** One for each way to ask. */
const SLOTS = 5;

/** How long a model loads that is larger than the tiny one. */
const LOAD_SECONDS = 6;

/** llama.cpp's server with a tiny model of random weights: nonsense, but of real computing. */
export const llamaCpp: RealServer = {
  name: 'llama.cpp',
  version: `xllamacpp ${PACKAGES.versionOf('xllamacpp')}`,
  install: () => PACKAGES.install(),
  start,
};

async function start(folder: string): Promise<RunningServer> {
  const model = join(folder, 'tiny.gguf');
  await run({ command: PACKAGES.python, args: [scriptAt('tiny_gguf.py'), model], cwd: folder });
  const port = await freePort();
  const server = new Program({
    name: 'the server',
    command: PACKAGES.python,
    args: [scriptAt('llama_server.py'), model, String(port), String(SLOTS), String(LOAD_SECONDS)],
    folder,
    readyUrl: `http://127.0.0.1:${port}/health`,
  });
  await server.start();
  const countAnswers = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/slots`);
    const slots = (await response.json()) as { readonly is_processing: boolean }[];
    return slots.filter(({ is_processing }) => is_processing).length;
  };
  return {
    environment: { LLM_BASE_URL: `http://127.0.0.1:${port}/v1`, LLM_MODEL: MODEL },
    faults: ['too long'],
    plan: () => Promise.resolve(),
    countAnswers,
    front: server,
    stop: () => server.kill(),
  };
}

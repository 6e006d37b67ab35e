import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { Environment } from '../../../src/config/environment.js';
import { type ChildService, runChild } from '../../support/programs/child-service.js';
import { ModelServer } from '../../support/model/model-server.js';
import { Scratch } from '../../support/programs/scratch.js';

jest.setTimeout(120_000);

// Real: the service and its commands in processes of their own, the database, the model server.

const SECRET = 'hunter2canary';
const UNREACHABLE = { DATABASE_URL: `postgres://user:${SECRET}@127.0.0.1:1/chat` };

const canBePidOne = spawnSync('unshare', ['--pid', '--fork', '--kill-child', 'true']).status === 0;

let variables: Environment;
let model: ModelServer;
/** With one model of four right, and some variables misspelled. */
let service: ChildService;
const scratch = new Scratch();

beforeAll(async () => {
  variables = await scratch.newDatabase();
  model = await ModelServer.start();
  service = await scratch.serve({ ...variables, ...(await misconfigured()) });
});

afterAll(async () => {
  await scratch.clear();
  await model.stop();
});

/** What a person may get wrong in the first hour, all at once. */
async function misconfigured(): Promise<Environment> {
  const file = join(scratch.newFolder(), 'models.yaml');
  const entries = [
    `{ name: right, model: test-model, base_url: "${model.baseUrl}" }`,
    `{ name: wrong-name, base_url: "${model.baseUrl}" }`,
    `{ name: down, base_url: "${await ModelServer.unreachableUrl()}" }`,
    `{ name: keyed, base_url: "${model.baseUrl}", model: test-model, api_key_env: LLM_KEYED_KEY }`,
  ];
  writeFileSync(file, `models:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`);
  return {
    LLM_BASEURL: model.baseUrl,
    DATABSE_URL: `postgres://u:${SECRET}@h/d`,
    OPENAI_BASE_URL: model.baseUrl,
    LLM_KEYED_KEY: SECRET,
    LLM_CHAT_SERVICE_PORT_3000_TCP: 'tcp://10.0.0.1:3000',
    LLM_MODELS_FILE: file,
    API_KEYS: '',
  };
}

/** The messages of a process that logs JSON, with their levels. */
function logOf(output: string): string[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => {
    const { level, message } = JSON.parse(line) as { level: string; message: string };
    return `${level} ${message}`;
  });
}

describe('The start', () => {
  it('says the database, what is misspelled, and whether each model server answers', () => {
    const said = logOf(service.output());
    const where = /^log Database: PostgreSQL at 127\.0\.0\.1:\d+\/\w+$/;
    expect(said).toEqual(expect.arrayContaining([expect.stringMatching(where)]));
    expect(said).toEqual(
      expect.arrayContaining([
        'warn LLM_BASEURL is not read. Did you mean LLM_BASE_URL?',
        'warn DATABSE_URL is not read. Did you mean DATABASE_URL?',
        `log Model right: ${model.baseUrl} answers`,
        expect.stringMatching(
          /^warn Model wrong-name: .* does not know a model wrong-name; it lists test-model\./,
        ),
        expect.stringMatching(/^warn Model down: .* cannot be reached \(ECONNREFUSED\)/),
      ]),
    );
    expect(said.join('\n')).not.toMatch(/LLM_KEYED_KEY|LLM_CHAT|OPENAI_BASE_URL/);
    expect(service.output()).not.toContain(SECRET);
  });

  it('is ready all the same', async () => {
    expect((await service.request('GET', '/health/ready')).status).toBe(200);
  });

  it('says how to make a key where there is none', async () => {
    const [sentence = ''] = logOf(service.output()).filter((line) => line.includes('There is no key yet'));
    expect(sentence).toMatch(/^warn .*client:add/);
    for (const file of ['docs/troubleshooting.md', 'docs/troubleshooting.zh-CN.md'])
      expect(readFileSync(file, 'utf8')).toContain(sentence.replace('warn ', '   WARN [Start] '));
    const added = await runChild(['dist/cli.js', 'client:add', 'my-team'], variables);
    const [key = ''] = /llmchat_\S+/.exec(added.stdout) ?? [];
    expect((await service.request('GET', '/api/models', { key })).status).toBe(200);
    const again = await scratch.serve({ ...variables, API_KEYS: '' });
    expect(logOf(again.output()).join('\n')).not.toContain('no key');
  });

  it.each(canBePidOne ? ['an ordinary process', 'PID 1'] : ['an ordinary process'])(
    'ends at once at a signal while it waits for its database, as %s',
    async (kind) => {
      const child = await scratch.start(['dist/main.js'], { ...UNREACHABLE, PORT: '0' }, kind === 'PID 1');
      await child.says(/cannot be reached yet/);
      child.kill('SIGTERM');
      expect((await child.ended).code).toBe(0);
      expect(child.output()).toMatch(/Database: PostgreSQL at 127\.0\.0\.1:1\/chat/);
      expect(child.output()).not.toContain(SECRET);
    },
  );
});

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { Environment } from '../../src/config/environment.js';
import {
  type Child,
  type ChildService,
  databaseVariables,
  type Ended,
  runChild,
  startChild,
  startChildService,
} from '../support/child-service.js';
import {
  createTestDatabase,
  describeOnEmbedded,
  emptyFolder,
  isOnPostgres,
  itOnPostgres,
  type TestDatabase,
} from '../support/database.js';
import { ModelServer } from '../support/model-server.js';

jest.setTimeout(120_000);

// Real: the service and its commands in processes of their own, the database, the model server.

const SECRET = 'hunter2canary';
const UNREACHABLE = { DATABASE_URL: `postgres://user:${SECRET}@127.0.0.1:1/chat` };

const canBePidOne = spawnSync('unshare', ['--pid', '--fork', '--kill-child', 'true']).status === 0;

let database: TestDatabase;
let variables: Environment;
let folder: ReturnType<typeof emptyFolder>;
let model: ModelServer;
/** With one model of four right, and some variables misspelled. */
let service: ChildService;
const children: Child[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  variables = databaseVariables(database.config);
  folder = emptyFolder();
  model = await ModelServer.start();
  service = await serve({ ...variables, ...(await misconfigured()) });
});

afterAll(async () => {
  await Promise.all(children.map((child) => child.stop()));
  await model.stop();
  folder.remove();
  await database.drop();
});

/** What a person may get wrong in the first hour, all at once. */
async function misconfigured(): Promise<Environment> {
  const file = join(folder.path, 'models.yaml');
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

async function serve(environment: Environment) {
  const service = await startChildService({ environment });
  children.push(service);
  return service;
}

async function start(args: readonly string[], environment: Environment, isPidOne = false): Promise<Child> {
  const child = await startChild(args, { environment, isPidOne });
  children.push(child);
  return child;
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
    const where = isOnPostgres
      ? /^log Database: PostgreSQL at 127\.0\.0\.1:\d+\/\w+$/
      : /^log Database: embedded, in \//;
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

  itOnPostgres('says how to make a key where there is none (the embedded database makes one)', async () => {
    const [sentence = ''] = logOf(service.output()).filter((line) => line.includes('There is no key yet'));
    expect(sentence).toMatch(/^warn .*client:add/);
    for (const file of ['docs/troubleshooting.md', 'docs/troubleshooting.zh-CN.md'])
      expect(readFileSync(file, 'utf8')).toContain(sentence.replace('warn ', '   WARN [Start] '));
    const added = await runChild(['dist/cli.js', 'client:add', 'my-team'], variables);
    const [key = ''] = /llmchat_\S+/.exec(added.stdout) ?? [];
    expect((await service.request('GET', '/api/models', { key })).status).toBe(200);
    const again = await serve({ ...variables, API_KEYS: '' });
    expect(logOf(again.output()).join('\n')).not.toContain('no key');
  });

  it.each(canBePidOne ? ['an ordinary process', 'PID 1'] : ['an ordinary process'])(
    'ends at once at a signal while it waits for its database, as %s',
    async (kind) => {
      const child = await start(['dist/main.js'], { ...UNREACHABLE, PORT: '0' }, kind === 'PID 1');
      await child.says(/cannot be reached yet/);
      child.kill('SIGTERM');
      expect((await child.ended).code).toBe(0);
      expect(child.output()).toMatch(/Database: PostgreSQL at 127\.0\.0\.1:1\/chat/);
      expect(child.output()).not.toContain(SECRET);
    },
  );
});

describeOnEmbedded('A command', () => {
  let unreachable: Promise<Ended>;
  let startedAt: number;
  // Waited for by the last test: it takes its half minute beside the others.
  beforeAll(() => {
    startedAt = performance.now();
    unreachable = runChild(['dist/cli.js', 'client:add', 'my-team'], UNREACHABLE);
  });

  it('reads the first variable of a .env with a byte order mark, and warns of a misspelled one', async () => {
    const file = join(folder.path, '.env');
    writeFileSync(file, `\uFEFFDATA_DIR=${variables['DATA_DIR']}\nDATABSE_URL=postgres://u:${SECRET}@h/d\n`);
    const { code, stdout, stderr } = await runChild([`--env-file=${file}`, 'dist/cli.js', 'client:list']);
    expect(code).toBe(0);
    expect(stderr).toContain(`Database: embedded, in ${variables['DATA_DIR']}\n`);
    expect(stderr).toContain('DATABSE_URL is not read. Did you mean DATABASE_URL?');
    expect(stdout + stderr).not.toContain(SECRET);
  });

  it('refuses to make a key in a database that the running service does not use', async () => {
    const { port } = new URL(service.url);
    const { code, stdout, stderr } = await runChild(['dist/cli.js', 'client:add', 'my-team'], { PORT: port });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Database: embedded, in \/.+: no DATABASE_URL is set$/m);
    expect(stderr).toMatch(/does not use this database.*DATABASE_URL/);
  });

  it('that brings the schema up to date says the database too, and ends at a signal', async () => {
    const child = await start(['dist/database/migration-run.js'], UNREACHABLE);
    await new Promise<void>((resolve) => {
      const wait = setInterval(() => {
        if (!child.output().includes('cannot be reached yet')) return;
        clearInterval(wait);
        resolve();
      }, 20);
    });
    expect(child.output()).toMatch(/^Database: PostgreSQL at 127\.0\.0\.1:1\/chat$/m);
    child.kill('SIGTERM');
    expect((await child.ended).code).toBe(143);
  });

  it('gives up after 30 s on a database that cannot be reached', async () => {
    const { code, stdout, stderr } = await unreachable;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Database: PostgreSQL at 127\.0\.0\.1:1\/chat$/m);
    expect(stderr).toMatch(/^The database could not be reached within 30 s \(.+\)\. Check DATABASE_URL/m);
    expect(stderr).not.toContain(SECRET);
    expect(performance.now() - startedAt).toBeLessThan(60_000);
  });
});

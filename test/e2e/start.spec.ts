import { readdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Environment } from '../../src/config/environment.js';
import {
  type Child,
  type ChildService,
  databaseVariables,
  runChild,
  startChild,
  startChildService,
} from '../support/child-service.js';
import {
  createTestDatabase,
  describeOnEmbedded,
  emptyFolder,
  itOnPostgres,
  type TestDatabase,
} from '../support/database.js';
import { readFrames } from '../support/sse.js';

const SECRET = 'hunter2canary';
const KEY = /\bllmchat_[\w-]{43}\b/g;

/** Started by a test, ended after it. */
const children: Child[] = [];
const folders: ReturnType<typeof emptyFolder>[] = [];
const databases: TestDatabase[] = [];

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.stop()));
  await Promise.all(databases.splice(0).map((database) => database.drop()));
  for (const folder of folders.splice(0)) folder.remove();
});

function newFolder(): string {
  const folder = emptyFolder();
  folders.push(folder);
  return folder.path;
}

/** The variables of a database that is made already, which saves some seconds. */
async function newDatabase(): Promise<Environment> {
  const database = await createTestDatabase();
  databases.push(database);
  return databaseVariables(database.config);
}

async function serve(environment: Environment): Promise<ChildService> {
  const child = await startChildService({ environment });
  children.push(child);
  return child;
}

describe('A configuration that is not valid', () => {
  it('is refused with every fault by name, and without any value', async () => {
    const faulty = {
      PORT: SECRET,
      HEARTBEAT_INTERVAL_MS: '0',
      TURN_LEASE_MS: '-1',
      DRAIN_TIMEOUT_MS: '1.5',
      BODY_LIMIT_BYTES: '99999999999999999999',
      LOG_LEVEL: SECRET,
      SWAGGER_UI: SECRET,
      DATABASE_URL: `mysql://user:${SECRET}@host/db`,
      API_KEYS: `name=${SECRET},${SECRET}`,
      LLM_BASE_URL: `http://user:${SECRET}@host/v1`,
      LLM_API_KEY: `${SECRET} ${SECRET}`,
    };
    const DATA_DIR = newFolder();
    const { code, stdout, stderr } = await runChild(['dist/main.js'], { ...faulty, DATA_DIR });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    for (const name of [...Object.keys(faulty), 'LLM_MODEL'])
      expect(stderr).toMatch(new RegExp(`^ +- ${name}: \\S`, 'm'));
    expect(stderr).not.toContain(SECRET);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(readdirSync(DATA_DIR)).toEqual([]);
  });

  it('is refused when it is in the file of models, by the place in it', async () => {
    const folder = newFolder();
    const file = join(folder, 'models.yaml');
    writeFileSync(
      file,
      `models:\n  - name: m\n    base_url: ftp://${SECRET}\n    api_key_env: NOT_SET\n    typo: ${SECRET}\n`,
    );
    const { code, stderr } = await runChild(['dist/main.js'], { DATA_DIR: folder, LLM_MODELS_FILE: file });
    expect(code).toBe(1);
    expect(stderr).toMatch(/LLM_MODELS_FILE: models\.0\.base_url: /);
    expect(stderr).not.toContain(SECRET);
  });
});

describe('An address that cannot be had', () => {
  it('is told when another program has the port', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const DATA_DIR = newFolder();
    const { code, stdout, stderr } = await runChild(['dist/main.js'], { DATA_DIR, PORT: String(port) });
    other.close();
    // Before the database, which takes seconds to make.
    expect(readdirSync(DATA_DIR)).toEqual([]);
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`\\b${port}\\b.*in use.*\\bPORT\\b`, 's'));
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stdout).not.toMatch(/^ready/m);
    // Nobody could use it: there is no service.
    expect(stdout).not.toMatch(KEY);
  });

  it('is told when this machine has no such address', async () => {
    const environment = { ...(await newDatabase()), PORT: '0', HOST: '192.0.2.1' };
    const { code, stderr } = await runChild(['dist/main.js'], environment);
    expect(code).toBe(1);
    expect(stderr).toMatch(/192\.0\.2\.1.+\bHOST\b/s);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describeOnEmbedded('On the embedded database', () => {
  it('the first start prints a key, once, with requests that work, and the second does not', async () => {
    const DATA_DIR = newFolder();
    const first = await serve({ DATA_DIR, API_KEYS: '' });
    const said = first.output();
    const keys = [...new Set(said.match(KEY))];
    expect(keys).toHaveLength(1);
    const [key] = keys as [string];
    expect(said).toContain('it expires in 30 days');
    for (const path of ['/docs', '/playground']) expect(said).toContain(`${first.url}${path}`);
    const commands = [...said.matchAll(/curl -N (\S+) -H '(.*?): (.*?)' -H '(.*?): (.*?)' \\\n +-d '(.*)'/g)];
    expect(commands).toHaveLength(2);
    for (const [, url = '', ...rest] of commands) {
      const [name1 = '', value1 = '', name2 = '', value2 = '', body = ''] = rest;
      const answered = await fetch(url, {
        method: 'POST',
        headers: { [name1]: value1, [name2]: value2 },
        body,
      });
      expect(answered.status).toBe(200);
      const frames = await readFrames(answered);
      expect(frames[1]!.sourceDocs![0]!.metadata.source).toMatch(/feedback/);
      expect(frames.at(-2)).toMatchObject({ finish_reason: 'stop' });
    }
    expect(said.trimEnd().split('\n').at(-1)).toBe(`ready ${first.url}`);
    await first.stop();

    const second = await serve({ DATA_DIR, API_KEYS: '' });
    expect(second.output()).not.toMatch(KEY);
    expect((await second.request('GET', '/api/models', { key })).status).toBe(200);
    // Two starts, one of them on a new database, beside other tests.
  }, 90_000);

  it('no key is made or printed with NODE_ENV=production, and the start says how to make one', async () => {
    const { DATA_DIR } = await newDatabase();
    const service = await serve({ DATA_DIR, API_KEYS: '', DATABASE: 'embedded', NODE_ENV: 'production' });
    expect(service.output()).not.toMatch(KEY);
    expect(service.output()).toMatch(/There is no key yet.+client:add/);
  });

  it('a second process on the same folder is refused, and the first serves on', async () => {
    const { DATA_DIR } = await newDatabase();
    const first = await serve({ DATA_DIR });
    const { code, stdout, stderr } = await runChild(['dist/main.js'], { DATA_DIR, PORT: '0' });
    expect(code).toBe(1);
    expect(stderr).toContain(`${DATA_DIR} is in use by process ${first.pid}`);
    expect(stderr).toContain('DATA_DIR');
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stdout).not.toMatch(/^ready/m);
    expect((await first.post('/chat', { query: 'How do I send feedback?' })).status).toBe(200);
  });

  it('a folder that cannot be used is told', async () => {
    const file = join(newFolder(), 'file');
    writeFileSync(file, '');
    const { code, stderr } = await runChild(['dist/main.js'], { DATA_DIR: file, PORT: '0' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/DATA_DIR/);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describe('On a PostgreSQL of its own', () => {
  itOnPostgres('no key is printed (the embedded database makes one)', async () => {
    const service = await serve(await newDatabase());
    expect(service.output()).not.toMatch(KEY);
    expect(service.output()).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+$/m);
    expect((await service.request('GET', '/health/ready')).status).toBe(200);
  });

  itOnPostgres('a wrong password is told at once, without it (the embedded database has none)', async () => {
    const url = new URL((await newDatabase())['DATABASE_URL']!);
    url.password = SECRET;
    const { code, stderr } = await runChild(['dist/main.js'], { DATABASE_URL: url.href, PORT: '0' });
    expect(code).toBe(1);
    expect(stderr).toContain('DATABASE_URL');
    expect(stderr).not.toContain(SECRET);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  itOnPostgres('a server that is not there yet is waited for (the embedded database always is)', async () => {
    const url = new URL((await newDatabase())['DATABASE_URL']!);
    url.port = '1';
    const environment = { DATABASE_URL: url.href, PORT: '0' };
    const child = await startChild(['dist/main.js'], { environment });
    children.push(child);
    await child.says(/cannot be reached yet.*cannot be reached yet/s);
    expect(child.output()).not.toContain(url.password);
  });
});

import { readdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { runChild } from '../../support/programs/child-service.js';
import { Scratch } from '../../support/programs/scratch.js';

const SECRET = 'hunter2canary';
const KEY = /\bllmchat_[\w-]{43}\b/g;

const scratch = new Scratch();
afterEach(() => scratch.clear());

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
    const DATA_DIR = scratch.newFolder();
    const { code, stdout, stderr } = await runChild(['dist/main.js'], { ...faulty, DATA_DIR });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    for (const name of [...Object.keys(faulty), 'LLM_MODEL'])
      expect(stderr).toMatch(new RegExp(`^ +- ${name}: \\S`, 'm'));
    expect(stderr).not.toContain(SECRET);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(readdirSync(DATA_DIR)).toEqual([]);
  });

  it('is refused when it is in the file of models, by the place in it', async () => {
    const folder = scratch.newFolder();
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
  it('is reported when another program has the port', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const DATA_DIR = scratch.newFolder();
    const { code, stdout, stderr } = await runChild(['dist/main.js'], { DATA_DIR, PORT: String(port) });
    other.close();
    // Before the database, which takes seconds to make.
    expect(readdirSync(DATA_DIR)).toEqual([]);
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`\\b${port}\\b.*in use.*\\bPORT\\b`, 's'));
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stdout).not.toMatch(/^ready/m);
    // No caller could use it: there is no service.
    expect(stdout).not.toMatch(KEY);
  });

  it('is reported when this machine has no such address', async () => {
    const environment = { ...(await scratch.newDatabase()), PORT: '0', HOST: '192.0.2.1' };
    const { code, stderr } = await runChild(['dist/main.js'], environment);
    expect(code).toBe(1);
    expect(stderr).toMatch(/192\.0\.2\.1.+\bHOST\b/s);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describe('On a PostgreSQL of its own', () => {
  it('no key is printed', async () => {
    const service = await scratch.serve(await scratch.newDatabase());
    expect(service.output()).not.toMatch(KEY);
    expect(service.output()).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+$/m);
    expect((await service.request('GET', '/health/ready')).status).toBe(200);
  });

  it('a wrong password is reported at once, without it', async () => {
    const url = new URL((await scratch.newDatabase())['DATABASE_URL']!);
    url.password = SECRET;
    const { code, stderr } = await runChild(['dist/main.js'], { DATABASE_URL: url.href, PORT: '0' });
    expect(code).toBe(1);
    expect(stderr).toContain('DATABASE_URL');
    expect(stderr).not.toContain(SECRET);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('a server that is not there yet is waited for', async () => {
    const url = new URL((await scratch.newDatabase())['DATABASE_URL']!);
    url.port = '1';
    const child = await scratch.start(['dist/main.js'], { DATABASE_URL: url.href, PORT: '0' });
    await child.says(/cannot be reached yet.*cannot be reached yet/s);
    expect(child.output()).not.toContain(url.password);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { Environment } from '../../src/config/environment.js';
import { type ChildService, runChild } from '../support/programs/child-service.js';
import { Scratch } from '../support/programs/scratch.js';

jest.setTimeout(120_000);

const SECRET = 'hunter2canary';
const UNREACHABLE = { DATABASE_URL: `postgres://user:${SECRET}@127.0.0.1:1/chat` };

const scratch = new Scratch();

describe('A command on the embedded database', () => {
  let variables: Environment;
  let folder: string;
  let service: ChildService;

  beforeAll(async () => {
    variables = await scratch.newDatabase();
    folder = scratch.newFolder();
  });
  afterAll(() => scratch.clear());

  /** @returns what it says on its standard output */
  async function run(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await runChild(['dist/cli.js', ...args], variables);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `Database: embedded, in ${variables['DATA_DIR']}\n`,
    });
    return stdout;
  }

  it('works on a folder that no service uses, and beside a running service', async () => {
    const documents = scratch.newFolder();
    writeFileSync(join(documents, 'walrus.txt'), 'Walruses have tusks.');
    const [key] = /^llmchat_[\w-]{43}$/m.exec(await run('client:add', 'team'))!;
    expect(await run('knowledge:load', documents)).toMatch(/^1 added, 0 replaced, 0 unchanged/);

    service = await scratch.serve(variables);
    expect((await service.request('GET', '/api/models', { key })).status).toBe(200);
    writeFileSync(join(documents, 'walrus.txt'), 'Walruses have whiskers.');
    expect(await run('knowledge:load', documents)).toMatch(/^0 added, 1 replaced, 0 unchanged/);
    const found = await service.post('/api/knowledge/search', { query: 'whiskers of walruses' });
    expect(await found.json()).toMatchObject({ passages: [{ source: 'walrus.txt' }] });
    expect(await run('client:revoke', 'team')).toBe('Revoked 1 key.\n');
    expect((await service.request('GET', '/api/models', { key })).status).toBe(401);
    expect(await run('client:list')).toMatch(/team.* revoked \d{4}-\d\d-\d\d$/m);
  });

  it('reads the first variable of a .env with a byte order mark, and warns of a misspelled one', async () => {
    const file = join(folder, '.env');
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
    const child = await scratch.start(['dist/database/migration-run.js'], UNREACHABLE);
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
});

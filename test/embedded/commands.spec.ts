import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { Environment } from '../../src/config/environment.js';
import { type ChildService, type Ended, runChild } from '../support/programs/child-service.js';
import { Scratch } from '../support/programs/scratch.js';

jest.setTimeout(120_000);

const SECRET = 'hunter2canary';
const UNREACHABLE = { DATABASE_URL: `postgres://user:${SECRET}@127.0.0.1:1/chat` };

const scratch = new Scratch();

describe('A command on the embedded database', () => {
  let unreachable: Promise<Ended>;
  let startedAt: number;
  let variables: Environment;
  let folder: string;
  let service: ChildService;
  // Waited for by the last test: it takes its half minute beside the others.
  beforeAll(async () => {
    startedAt = performance.now();
    unreachable = runChild(['dist/cli.js', 'client:add', 'my-team'], UNREACHABLE);
    variables = await scratch.newDatabase();
    folder = scratch.newFolder();
    service = await scratch.serve(variables);
  });
  afterAll(() => scratch.clear());

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

  it('stops after 30 s on a database that cannot be reached', async () => {
    const { code, stdout, stderr } = await unreachable;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Database: PostgreSQL at 127\.0\.0\.1:1\/chat$/m);
    expect(stderr).toMatch(/^The database could not be reached within 30 s \(.+\)\. Check DATABASE_URL/m);
    expect(stderr).not.toContain(SECRET);
    expect(performance.now() - startedAt).toBeLessThan(60_000);
  });
});

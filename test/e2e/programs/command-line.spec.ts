import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { Environment } from '../../../src/config/environment.js';
import { type ChildService, type Ended, runChild } from '../../support/programs/child-service.js';
import { Scratch } from '../../support/programs/scratch.js';

jest.setTimeout(180_000);

const KEY = /^llmchat_[\w-]{43}$/m;

const SECRET = 'hunter2canary';
const UNREACHABLE = { DATABASE_URL: `postgres://user:${SECRET}@127.0.0.1:1/chat` };

const scratch = new Scratch();
let variables: Environment;
let folder: string;
/** Of a command that waits half a minute for its database, beside the others. */
let unreachable: Promise<Ended & { readonly afterMs: number }>;

beforeAll(async () => {
  variables = await scratch.newDatabase();
  folder = scratch.newFolder();
  const startedAt = performance.now();
  unreachable = runChild(['dist/cli.js', 'client:add', 'my-team'], UNREACHABLE).then((ended) => ({
    ...ended,
    afterMs: performance.now() - startedAt,
  }));
});
afterAll(() => scratch.clear());

const run = (...args: string[]): Promise<Ended> => runChild(['dist/cli.js', ...args], variables);

/** What a command says first, on standard error: the database that it works on. */
const DATABASE = /^Database: PostgreSQL at 127\.0\.0\.1:\d+\/\w+\n/;

/** @returns the standard output of a command that has to succeed, and to complain of nothing */
async function output(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  expect({ code, complaint: stderr.replace(DATABASE, '') }).toEqual({ code: 0, complaint: '' });
  return stdout;
}

/** @returns what a command that has to fail says, without a stack and on standard error alone */
async function complaint(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  expect({ args, code, stdout }).toEqual({ args, code: 1, stdout: '' });
  expect(stderr).not.toMatch(/^ +at /m);
  expect(stderr).toMatch(DATABASE);
  return stderr.replace(DATABASE, '');
}

const statusWith = async (running: ChildService, key: string) =>
  (await running.request('GET', '/api/models', { key })).status;

describe('The command line', () => {
  let service: ChildService;

  it('says that there are no keys, and refuses unknown and missing names', async () => {
    expect(await output('client:list')).toContain('no keys yet');
    expect(await complaint('client:revoke', 'nobody')).toMatch(/no live key/);
    for (const name of ['', 'a\u0007b']) {
      expect(await complaint('client:add', name)).toBe(
        'name must have 1 to 100 characters, and no control characters\n',
      );
    }
  });

  it('makes keys, lists them without showing them again, and revokes them, before a service runs and beside it', async () => {
    const added = await output('client:add', '团队 A');
    const [first = ''] = KEY.exec(added) ?? [];
    expect(added).toContain('shown this once');
    const again = await output('client:add', '团队 A', '--expires-in-days', '30');
    const [second = ''] = KEY.exec(again) ?? [];
    const in30Days = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    expect(again).toContain(`valid until ${in30Days}`);
    expect(second).not.toBe(first);

    const listed = await output('client:list');
    const lines = listed.split('\n').filter((line) => line.startsWith('团队 A'));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/ live$/);
    expect(lines[1]).toMatch(new RegExp(` expires ${in30Days}$`));
    expect(lines[0]).toContain(first.slice(0, 12));
    for (const key of [first, second]) expect(listed).not.toContain(key.slice(0, 20));

    const [keyId = ''] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(lines[0]!) ?? [];
    expect(await output('client:revoke', keyId)).toBe('Revoked 1 key.\n');
    expect(await complaint('client:revoke', keyId)).toMatch(/no live key/);
    service = await scratch.serve(variables);
    expect(await statusWith(service, first)).toBe(401);
    expect(await statusWith(service, second)).toBe(200);
    expect(await output('client:revoke', '团队 A')).toBe('Revoked 1 key.\n');
    expect(await statusWith(service, second)).toBe(401);
    expect(await output('client:list')).toMatch(/团队 A.* revoked \d{4}-\d\d-\d\d$/m);
  });

  it('loads a folder for all clients, again without doubling it, and says what it could not load', async () => {
    mkdirSync(join(folder, 'zoo'));
    writeFileSync(join(folder, 'zoo', 'penguins.md'), '# Penguins\n\nEmperor penguins breed in winter.\n');
    writeFileSync(join(folder, 'walrus.txt'), 'Walruses have tusks. 海象有长牙。');
    writeFileSync(join(folder, 'broken.txt'), Buffer.from([0x61, 0xff, 0xfe]));
    writeFileSync(join(folder, 'picture.png'), 'no text');
    const loaded = await output('knowledge:load', folder);
    expect(loaded).toMatch(
      /^2 added, 0 replaced, 0 unchanged, 1 not loaded\.\n +broken\.txt: is not UTF-8$/m,
    );
    writeFileSync(join(folder, 'walrus.txt'), 'Walruses have whiskers.');
    expect(await output('knowledge:load', folder)).toMatch(/^0 added, 1 replaced, 1 unchanged, 1 not loaded/);
    const search = async (query: string) => {
      const found = await service.post('/api/knowledge/search', { query });
      return ((await found.json()) as { passages: { source: string }[] }).passages.map(
        ({ source }) => source,
      );
    };
    expect(await search('When do emperor penguins breed?')).toEqual(['zoo/penguins.md']);
    expect(await search('whiskers of walruses')).toEqual(['walrus.txt']);
    expect(await search('tusks')).toEqual([]);
  });

  it('complains of a folder that is not there', async () => {
    expect(await complaint('knowledge:load', join(folder, 'nowhere'))).toMatch(
      /nowhere cannot be read \(ENOENT\)/,
    );
  });

  it('refuses what was typed wrongly at once, also where there is no database', async () => {
    const environment = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nowhere' };
    const typed: [string[], RegExp][] = [
      [[], /^Usage:/],
      [['client:add', 'team', '--expires-in-days', 'soon'], /^--expires-in-days takes/],
      [['client:add', 'team', '--expires', '5'], /'--expires'/],
    ];
    for (const [args, why] of typed) {
      const { code, stdout, stderr } = await runChild(['dist/cli.js', ...args], environment);
      expect({ args, code, stdout }).toEqual({ args, code: 1, stdout: '' });
      expect(stderr).toMatch(why);
      expect(stderr).not.toMatch(/^ +at /m);
    }
  });

  it('refuses a configuration that is not valid, without showing it', async () => {
    const environment = { ...variables, LLM_BASE_URL: 'hunter2' };
    const { code, stderr } = await runChild(['dist/cli.js', 'client:list'], environment);
    expect(code).toBe(1);
    expect(stderr).toMatch(/LLM_BASE_URL: /);
    expect(stderr).not.toContain('hunter2');
  });

  it('stops after 30 s on a database that cannot be reached', async () => {
    const { code, stdout, stderr, afterMs } = await unreachable;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Database: PostgreSQL at 127\.0\.0\.1:1\/chat$/m);
    expect(stderr).toMatch(/^The database could not be reached within 30 s \(.+\)\. Check DATABASE_URL/m);
    expect(stderr).not.toContain(SECRET);
    expect(afterMs).toBeLessThan(60_000);
  });
});

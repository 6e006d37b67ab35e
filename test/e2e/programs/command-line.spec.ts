import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { Environment } from '../../../src/config/environment.js';
import {
  type ChildService,
  databaseVariables,
  type Ended,
  runChild,
  startChildService,
} from '../../support/programs/child-service.js';
import {
  createTestDatabase,
  emptyFolder,
  isOnPostgres,
  type TestDatabase,
} from '../../support/database/database.js';

jest.setTimeout(180_000);

const KEY = /^llmchat_[\w-]{43}$/m;

let database: TestDatabase;
let variables: Environment;
let folder: ReturnType<typeof emptyFolder>;
let service: ChildService | undefined;

beforeEach(async () => {
  database = await createTestDatabase();
  variables = databaseVariables(database.config);
  folder = emptyFolder();
});

afterEach(async () => {
  await service?.stop();
  service = undefined;
  folder.remove();
  await database.drop();
});

const run = (...args: string[]): Promise<Ended> => runChild(['dist/cli.js', ...args], variables);

/** What a command says first, on standard error: the database that it works on. */
const DATABASE = isOnPostgres()
  ? /^Database: PostgreSQL at 127\.0\.0\.1:\d+\/\w+\n/
  : /^Database: embedded, in \/.+\n/;

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

async function start(): Promise<ChildService> {
  service = await startChildService({ environment: variables });
  return service;
}

const statusWith = async (running: ChildService, key: string) =>
  (await running.request('GET', '/api/models', { key })).status;

/** A stopped service has its database to itself; beside a running one the embedded database is joined. */
const SETTINGS: [string, () => Promise<unknown>][] = [
  [isOnPostgres() ? 'before a service runs' : 'on an unused folder', () => Promise.resolve()],
  ['beside a running service', start],
];

describe.each(SETTINGS)('The command line, %s', (_, prepare) => {
  beforeEach(prepare);

  /** The running service, or a new one. */
  const running = async (): Promise<ChildService> => service ?? start();

  it('makes keys, lists them without showing them again, and revokes them', async () => {
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
    const child = await running();
    expect(await statusWith(child, first)).toBe(401);
    expect(await statusWith(child, second)).toBe(200);
    expect(await output('client:revoke', '团队 A')).toBe('Revoked 1 key.\n');
    expect(await statusWith(child, second)).toBe(401);
    expect(await output('client:list')).toMatch(/团队 A.* revoked \d{4}-\d\d-\d\d$/m);
  });

  it('loads a folder for all clients, again without doubling it, and says what it could not load', async () => {
    mkdirSync(join(folder.path, 'zoo'));
    writeFileSync(
      join(folder.path, 'zoo', 'penguins.md'),
      '# Penguins\n\nEmperor penguins breed in winter.\n',
    );
    writeFileSync(join(folder.path, 'walrus.txt'), 'Walruses have tusks. 海象有长牙。');
    writeFileSync(join(folder.path, 'broken.txt'), Buffer.from([0x61, 0xff, 0xfe]));
    writeFileSync(join(folder.path, 'picture.png'), 'no text');
    const loaded = await output('knowledge:load', folder.path);
    expect(loaded).toMatch(
      /^2 added, 0 replaced, 0 unchanged, 1 not loaded\.\n +broken\.txt: is not UTF-8$/m,
    );
    writeFileSync(join(folder.path, 'walrus.txt'), 'Walruses have whiskers.');
    expect(await output('knowledge:load', folder.path)).toMatch(
      /^0 added, 1 replaced, 1 unchanged, 1 not loaded/,
    );
    const child = await running();
    const search = async (query: string) => {
      const found = await child.post('/api/knowledge/search', { query });
      return ((await found.json()) as { passages: { source: string }[] }).passages.map(
        ({ source }) => source,
      );
    };
    expect(await search('When do emperor penguins breed?')).toEqual(['zoo/penguins.md']);
    expect(await search('whiskers of walruses')).toEqual(['walrus.txt']);
    expect(await search('tusks')).toEqual([]);
  });

  it('complains of a folder that is not there', async () => {
    expect(await complaint('knowledge:load', join(folder.path, 'nowhere'))).toMatch(
      /nowhere cannot be read \(ENOENT\)/,
    );
  });
});

describe('The command line', () => {
  it('says that there are no keys, and refuses unknown and missing names', async () => {
    expect(await output('client:list')).toContain('no keys yet');
    expect(await complaint('client:revoke', 'nobody')).toMatch(/no live key/);
    for (const name of ['', 'a\u0007b']) {
      expect(await complaint('client:add', name)).toBe(
        'name must have 1 to 100 characters, and no control characters\n',
      );
    }
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
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { jest } from '@jest/globals';
import { newId } from '../../src/common/uuid.js';
import { openTestDatabase, type OpenTestDatabase } from '../support/database/database.js';
import { type Knowledge, openKnowledge } from '../support/text/knowledge.js';

// Real: the database, the file system, the repositories and the services.

let database: OpenTestDatabase;
let knowledge: Knowledge;
let folder: string;

beforeEach(async () => {
  database = await openTestDatabase();
  knowledge = openKnowledge(database.dataSource);
  folder = mkdtempSync(join(tmpdir(), 'knowledge-'));
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.close();
});

function write(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

async function find(query: string): Promise<string[]> {
  const search = { clientId: newId(), query, limit: 10, includeServiceDocumentation: true };
  return (await knowledge.retriever.search(search)).map(({ source }) => source);
}

const SHARED = { scope: 'shared' } as const;
const SERVICE = {
  scope: 'service',
  sourcePrefix: 'docs/',
  metadataOf: (path: string) => ({ path }),
} as const;

describe('loading a folder', () => {
  it('makes its files searchable by all clients, and tells what it did in words', async () => {
    write('a/leave.md', '# Leave\n\nFifteen days a year.');
    write('expenses.txt', '报销单据交给财务。');
    write('empty.md', '');
    expect(await knowledge.loader.loadShared(folder)).toBe(
      '2 added, 0 replaced, 0 unchanged, 1 not loaded.\n  empty.md: has no text',
    );
    expect(await find('how many days of leave')).toEqual(['a/leave.md']);
    expect(await find('报销')).toEqual(['expenses.txt']);
  });

  it('costs one query when nothing has changed', async () => {
    write('a.md', 'Accordion.');
    write('b.md', 'Balalaika.');
    await knowledge.loader.loadFolder(folder, SERVICE);
    const query = jest.spyOn(database.dataSource, 'query');
    const transaction = jest.spyOn(database.dataSource, 'transaction');
    expect(await knowledge.loader.loadFolder(folder, SERVICE)).toMatchObject({
      added: 0,
      unchanged: 2,
      removed: 0,
    });
    expect(query).toHaveBeenCalledTimes(1);
    expect(transaction).not.toHaveBeenCalled();
  });

  it('replaces what has changed', async () => {
    write('a.md', 'Accordion.');
    write('b.md', 'Balalaika.');
    await knowledge.loader.loadFolder(folder, SHARED);
    write('a.md', 'Cimbalom.');
    expect(await knowledge.loader.loadFolder(folder, SHARED)).toMatchObject({
      added: 0,
      replaced: 1,
      unchanged: 1,
    });
    expect(await find('accordion')).toEqual([]);
    expect(await find('cimbalom')).toEqual(['a.md']);
  });

  it('removes what has vanished of the service’s own, and nothing else', async () => {
    write('a.md', 'Accordion.');
    write('b.md', 'Balalaika.');
    await knowledge.loader.loadFolder(folder, SHARED);
    await knowledge.loader.loadFolder(folder, SERVICE);
    expect((await find('accordion')).sort()).toEqual(['a.md', 'docs/a.md']);
    rmSync(join(folder, 'a.md'));
    expect(await knowledge.loader.loadFolder(folder, SHARED)).toMatchObject({ removed: 0, unchanged: 1 });
    expect(await knowledge.loader.loadFolder(folder, SERVICE)).toMatchObject({ removed: 1, unchanged: 1 });
    expect(await find('accordion')).toEqual(['a.md']);
    expect((await find('balalaika')).sort()).toEqual(['b.md', 'docs/b.md']);
  });

  it('keeps the document of a file that has become unreadable', async () => {
    write('a.md', 'Accordion.');
    await knowledge.loader.loadFolder(folder, SERVICE);
    write('a.md', 'a\u0000');
    expect(await knowledge.loader.loadFolder(folder, SERVICE)).toMatchObject({
      removed: 0,
      faults: [{ path: 'a.md' }],
    });
    expect(await find('accordion')).toEqual(['docs/a.md']);
  });

  it('indexes again what was indexed by earlier rules', async () => {
    write('a.md', 'Accordion.');
    await knowledge.loader.loadFolder(folder, SERVICE);
    await database.dataSource.query(`UPDATE passage SET terms = '''@service'' ''@index:0'' stale:1'`);
    expect(await find('accordion')).toEqual([]);
    expect(await knowledge.loader.loadFolder(folder, SERVICE)).toMatchObject({ replaced: 1, unchanged: 0 });
    expect(await find('accordion')).toEqual(['docs/a.md']);
  });

  it('is done once by ten that start at once', async () => {
    for (let index = 0; index < 5; index++)
      write(`${index}.md`, `# Concertina ${index}\n\nOne.\n\n## Two\n\nTwo.`);
    const loaders = Array.from({ length: 10 }, () => openKnowledge(database.dataSource).loader);
    const reports = await Promise.all(loaders.map((loader) => loader.loadFolder(folder, SERVICE)));
    expect(reports.reduce((sum, { added }) => sum + added, 0)).toBe(5);
    expect(reports.reduce((sum, { replaced, removed }) => sum + replaced + removed, 0)).toBe(0);
    const rows = await database.dataSource.query<{ passages: number }[]>(
      'SELECT count(*)::int AS passages FROM passage GROUP BY document_id',
    );
    expect(rows.map(({ passages }) => passages)).toEqual([2, 2, 2, 2, 2]);
  });

  it('that cannot be read is reported by its name', async () => {
    const nowhere = join(folder, 'nowhere');
    await expect(knowledge.loader.loadShared(nowhere)).rejects.toThrow(
      `The folder ${nowhere} cannot be read (ENOENT).`,
    );
  });
});

import type { DataSource } from 'typeorm';
import type { IndexedPassage } from '../../src/knowledge/documents/document.repository.js';
import { openTestDatabase, type OpenTestDatabase } from '../support/database/database.js';
import { document, type Knowledge, openKnowledge } from '../support/text/knowledge.js';

// Real: the database, the repositories and the services.

let database: OpenTestDatabase;
let dataSource: DataSource;
let knowledge: Knowledge;

beforeAll(async () => {
  database = await openTestDatabase();
  dataSource = database.dataSource;
  knowledge = openKnowledge(dataSource);
});

afterAll(() => database.close());

const add = (...added: Parameters<Knowledge['add']>) => knowledge.add(...added);
const find = (...asked: Parameters<Knowledge['find']>) => knowledge.find(...asked);
const titles = (...asked: Parameters<Knowledge['find']>) => knowledge.titles(...asked);

// eslint-disable-next-line @typescript-eslint/require-await
async function* inOneBatch(passages: readonly IndexedPassage[]): AsyncGenerator<readonly IndexedPassage[]> {
  yield passages;
}

describe('a document', () => {
  it('takes the place of the client’s earlier one of the same external id', async () => {
    const [client, other] = [await knowledge.addClient(), await knowledge.addClient()];
    const first = await add(
      client,
      document('old', 'Clarinet.\n\n# Two\n\nOboe.', {
        externalId: 'x',
        metadata: { a: 1 },
      }),
    );
    const others = await add(other, document('others', 'Clarinet.', { externalId: 'x' }));
    const second = await add(client, document('new', 'Bassoon.', { externalId: 'x', format: 'text' }));
    expect([first.isNew, others.isNew, second.isNew]).toEqual([true, true, false]);
    expect(second.document).toEqual({
      ...document('new', 'Bassoon.', { externalId: 'x', format: 'text' }),
      id: first.document.id,
      passages: 1,
      createdAt: first.document.createdAt,
      updatedAt: expect.any(Date) as Date,
    });
    expect(second.document.updatedAt.getTime()).toBeGreaterThan(first.document.updatedAt.getTime());
    for (const gone of ['clarinet', 'oboe']) expect(await titles(client, gone)).toEqual([]);
    expect(await titles(client, 'bassoon')).toEqual(['new']);
    expect(await titles(other, 'clarinet')).toEqual(['others']);
    const read = await knowledge.documents.getDocument(client, first.document.id);
    expect(read).toMatchObject({ title: 'new', content: 'Bassoon.', passages: 1, metadata: {} });
  });

  it('posted by many at once under one external id is one of theirs, complete', async () => {
    const client = await knowledge.addClient();
    const contents = Array.from(
      { length: 10 },
      (_, index) => `# A\n\nTuba ${index}.\n\n# B\n\nHorn ${index}.`,
    );
    const created = await Promise.all(
      contents.map((content) => add(client, document('t', content, { externalId: 'same' }))),
    );
    expect(created.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(created.map((one) => one.document.id)).size).toBe(1);
    const { content, passages } = await knowledge.documents.getDocument(client, created[0]!.document.id);
    expect(passages).toBe(2);
    const found = await find(client, 'tuba horn', { limit: 50 });
    expect(found.map(({ text }) => text).sort()).toEqual(content.split(/\n\n(?=# B)/).sort());
  });

  it('stays as it was when its replacement fails', async () => {
    const client = await knowledge.addClient();
    const { document: before } = await add(client, document('before', 'Ocarina.', { externalId: 'x' }));
    const broken = [{ heading: null, text: 'x', terms: "'not a tsvector" }];
    const owner = { scope: 'client', clientId: client } as const;
    const saving = knowledge.writer.save(document('after', 'x', { externalId: 'x' }), {
      owner,
      batches: inOneBatch(broken),
    });
    await expect(saving).rejects.toThrow();
    expect(await titles(client, 'ocarina')).toEqual(['before']);
    expect(await knowledge.documents.getDocument(client, before.id)).toMatchObject({ title: 'before' });
  });

  it('of a megabyte is stored completely', async () => {
    const client = await knowledge.addClient();
    const content = Array.from(
      { length: 25_000 },
      (_, index) => `Sentence ${index} of the saga. 传奇故事。\n`,
    )
      .join('')
      .slice(0, 1_000_000);
    const { document: stored } = await add(client, document('saga', content));
    expect(stored.passages).toBeGreaterThan(1000);
    expect((await knowledge.documents.getDocument(client, stored.id)).content).toBe(content);
    expect((await find(client, 'sentence 17011 of the saga'))[0]?.text).toContain('Sentence 17011 ');
  });

  /** Long enough for several statements. */
  const LONG = Array.from(
    { length: 400 },
    (_, index) => `# Part ${index}\n\n${'Zither music. '.repeat(20)}\n\n`,
  ).join('');

  it('of many passages is seen completely or not at all', async () => {
    const client = await knowledge.addClient();
    const { document: before } = await add(client, document('before', 'Zither.', { externalId: 'long' }));
    let isStored = false;
    const storing = add(client, document('after', LONG, { externalId: 'long' })).then((created) => {
      isStored = true;
      return created;
    });
    const seen = new Set<string>();
    while (!isStored) {
      const { title, passages } = await knowledge.documents.getDocument(client, before.id);
      const found = await titles(client, 'zither', { limit: 50 });
      seen.add(`${title} ${passages}: ${[...new Set(found)].join()} ${found.length}`);
    }
    expect(await storing).toMatchObject({ isNew: false, document: { id: before.id, passages: 400 } });
    expect(seen).toContain('before 1: before 1');
    // What was read between the two statements is of the one and of the other.
    const whole = ['before 1: before 1', 'after 400: after 50', 'before 1: after 50'];
    expect([...seen].filter((state) => !whole.includes(state))).toEqual([]);
    expect(await countPassages(before.id)).toBe(400);
  });

  it('of many passages is not stored when its caller leaves meanwhile, and the earlier one stays', async () => {
    const client = await knowledge.addClient();
    const { document: before } = await add(client, document('before', 'Zither.', { externalId: 'left' }));
    const caller = new AbortController();
    const input = document('after', LONG, { externalId: 'left' });
    const storing = knowledge.documents.createDocument(client, input, caller.signal);
    caller.abort();
    await expect(storing).rejects.toMatchObject({ code: 'bad_request' });
    expect(await titles(client, 'zither', { limit: 50 })).toEqual(['before']);
    expect(await countPassages(before.id)).toBe(1);
  });

  it('of many passages leaves nothing behind when it fails, and the earlier one as it was', async () => {
    const client = await knowledge.addClient();
    const { document: before } = await add(client, document('before', 'Ocarina.', { externalId: 'x' }));
    const owner = { scope: 'client', clientId: client } as const;
    for (const externalId of ['x', 'y']) {
      const saving = knowledge.writer.save(document('after', 'x', { externalId }), {
        owner,
        batches: failingLate(),
      });
      await expect(saving).rejects.toThrow('the end of the world');
    }
    expect(await knowledge.documents.getDocument(client, before.id)).toMatchObject({ title: 'before' });
    expect(await titles(client, 'ocarina bassoon')).toEqual(['before']);
    const left = await dataSource.query<{ passages: number; documents: number }[]>(
      `SELECT (SELECT count(*)::int FROM passage WHERE client_id = $1) AS passages,
         (SELECT count(*)::int FROM document WHERE client_id = $1) AS documents`,
      [client],
    );
    expect(left).toEqual([{ passages: 1, documents: 1 }]);
  });

  it('that was left unfinished by a process that died is removed', async () => {
    const client = await knowledge.addClient();
    const { document: kept } = await add(client, document('kept', 'Ocarina.', { externalId: 'x' }));
    const [{ id: half } = { id: '' }] = await dataSource.query<{ id: string }[]>(
      `INSERT INTO document (id, client_id, scope, title, source, format, content, edition, staged_at)
       VALUES (gen_random_uuid(), $1, 'client', 'half', 's', 'text', 'c', NULL, now() - interval '2 hours') RETURNING id`,
      [client],
    );
    await dataSource.query(`UPDATE document SET staged_at = now() - interval '2 hours' WHERE id = $1`, [
      kept.id,
    ]);
    await dataSource.query(
      `INSERT INTO passage (id, document_id, client_id, scope, edition, position, text, terms)
       SELECT gen_random_uuid(), d, $1::uuid, 'client', gen_random_uuid(), n, 'Serpent.', ('''@client:' || $1::uuid || ''' serpent:1')::tsvector
       FROM generate_series(1, 600) n, unnest($2::uuid[]) d`,
      [client, [half, kept.id]],
    );
    expect(await titles(client, 'serpent')).toEqual([]);
    expect(await knowledge.documents.listDocuments(client, { limit: 10 })).toMatchObject({
      items: [{ title: 'kept', passages: 1 }],
    });
    await knowledge.writer.deleteAbandoned();
    expect([await countPassages(kept.id), await countPassages(half)]).toEqual([1, 0]);
    expect(await titles(client, 'ocarina')).toEqual(['kept']);
  });

  it('has the terms of its title once, and is found by them in all its passages', async () => {
    const client = await knowledge.addClient();
    const title = Array.from({ length: 500 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join('');
    const before = await sizeOfDocuments();
    const { document: stored } = await add(client, document(title, '#\na\n'.repeat(3_000)));
    expect((await sizeOfDocuments()) - before).toBeLessThan(1_500_000);
    expect(await find(client, title.slice(100, 110), { limit: 50 })).toHaveLength(50);
    expect((await find(client, title.slice(100, 110)))[0]).toMatchObject({ documentId: stored.id });
  });

  it('is found no more when it is deleted', async () => {
    const [client, other] = [await knowledge.addClient(), await knowledge.addClient()];
    const { document: stored } = await add(client, document('gone', 'Hurdy-gurdy.'));
    await expect(knowledge.documents.deleteDocument(other, stored.id)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await titles(client, 'hurdy gurdy')).toEqual(['gone']);
    await knowledge.documents.deleteDocument(client, stored.id);
    expect(await titles(client, 'hurdy gurdy')).toEqual([]);
    await expect(knowledge.documents.deleteDocument(client, stored.id)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await dataSource.query('SELECT FROM passage WHERE document_id = $1', [stored.id])).toEqual([]);
  });
});

async function countPassages(documentId: string): Promise<number> {
  const [row] = await dataSource.query<{ count: number }[]>(
    'SELECT count(*)::int AS count FROM passage WHERE document_id = $1',
    [documentId],
  );
  return row!.count;
}

/** In bytes, indexes and all. */
async function sizeOfDocuments(): Promise<number> {
  const [row] = await dataSource.query<{ size: string }[]>(
    `SELECT pg_total_relation_size('passage') + pg_total_relation_size('document') AS size`,
  );
  return Number(row!.size);
}

/** More batches than are stored at once, and then the end of the world. */
// eslint-disable-next-line @typescript-eslint/require-await
async function* failingLate(): AsyncGenerator<readonly IndexedPassage[]> {
  for (let batch = 0; batch < 20; batch++) yield [{ heading: null, text: 'Bassoon.', terms: "'bassoon':1" }];
  throw new Error('the end of the world');
}

import type { DataSource, Repository } from 'typeorm';
import { queryTerms } from '../../src/common/text/terms.js';
import type { DocumentInput, IndexedPassage } from '../../src/knowledge/documents/document.repository.js';
import type { PassageEntity } from '../../src/knowledge/documents/passage.entity.js';
import { PassageRepository } from '../../src/knowledge/search/passage.repository.js';
import { openTestDatabase, type OpenTestDatabase } from '../support/database/database.js';
import { type Knowledge, openKnowledge } from '../support/text/knowledge.js';

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

function document(title: string, content: string, rest: Partial<DocumentInput> = {}): DocumentInput {
  return {
    title,
    content,
    source: `${title}.md`,
    format: 'markdown',
    externalId: null,
    metadata: {},
    ...rest,
  };
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* inOneBatch(passages: readonly IndexedPassage[]): AsyncGenerator<readonly IndexedPassage[]> {
  yield passages;
}

function add(clientId: string, input: DocumentInput) {
  return knowledge.documents.createDocument(clientId, input);
}

async function find(clientId: string, query: string, rest: { limit?: number; service?: boolean } = {}) {
  const { limit = 5, service = false } = rest;
  return knowledge.retriever.search({ clientId, query, limit, includeServiceDocumentation: service });
}

async function titles(...search: Parameters<typeof find>): Promise<string[]> {
  return (await find(...search)).map(({ title }) => title);
}

describe('a search', () => {
  it('tells where a passage comes from', async () => {
    const client = await knowledge.addClient();
    const text =
      '# Returns\n\n## How long\n\nGoods can be sent back within 30 days.\n\n## Where to\n\nTo us.';
    const { document: stored } = await add(
      client,
      document('Returns', text, {
        source: 'https://x/r',
        metadata: { a: '1' },
      }),
    );
    expect(await find(client, 'how long can I send goods back?')).toEqual([
      {
        text: '# Returns\n\n## How long\n\nGoods can be sent back within 30 days.',
        title: 'Returns',
        source: 'https://x/r',
        heading: 'How long',
        documentId: stored.id,
        score: expect.any(Number) as number,
        metadata: { a: '1' },
      },
    ]);
  });

  it('finds Chinese and English words, whatever their form', async () => {
    const client = await knowledge.addClient();
    await add(client, document('keys', 'The keys are rotated by the operators. It takes a minute.'));
    await add(client, document('年假', '员工每年有十五天带薪年假，可以分多次申请。'));
    await add(client, document('报销', '报销单据请交给财务部门，数据库管理员负责审核。'));
    expect(await titles(client, 'How do operators rotate a key?')).toEqual(['keys']);
    expect(await titles(client, '年假有几天？')).toEqual(['年假']);
    expect(await titles(client, '怎么申请带薪假')).toEqual(['年假']);
    expect(await titles(client, '数据库由谁管理')).toEqual(['报销']);
    expect(await titles(client, 'Ｏｐｅｒａｔｏｒ')).toEqual(['keys']);
  });

  it('puts first what covers the question with its rare words', async () => {
    const client = await knowledge.addClient();
    for (let index = 0; index < 30; index++) {
      await add(client, document(`common ${index}`, 'The service answers a request.'));
    }
    const text = 'A long text in which the service does other things, and only once a quota is named.';
    await add(client, document('rare', text));
    expect((await titles(client, 'quota of the service'))[0]).toBe('rare');
  });

  it.each(['', ' ', '?!…。', '🙂', '\'"\\:*&|!()<->', 'how do I do it?', '@shared', 'zebra quagga'])(
    'finds nothing for %j, and does not fail',
    async (query) => {
      const client = await knowledge.addClient();
      await add(client, document('one', 'Some text about something else.'));
      expect(await find(client, query)).toEqual([]);
    },
  );

  it('takes a question of 32,000 characters', async () => {
    const client = await knowledge.addClient();
    await add(client, document('quota', 'The quota is 5 requests in a second.'));
    const noise = Array.from({ length: 4000 }, (_, index) => `w${index.toString(36)}`).join(' ');
    const question = `quota requests second ${noise} quota requests second quota`.slice(0, 32_000);
    expect(await titles(client, question)).toEqual(['quota']);
    expect(await titles(client, '配额'.repeat(16_000))).toEqual([]);
  });

  it('keeps to the limit', async () => {
    const client = await knowledge.addClient();
    for (let index = 0; index < 7; index++) await add(client, document(`quota ${index}`, 'About the quota.'));
    expect(await titles(client, 'quota', { limit: 3 })).toHaveLength(3);
    expect(await titles(client, 'quota', { limit: 50 })).toHaveLength(7);
  });

  it('is the same each time', async () => {
    const client = await knowledge.addClient();
    for (const title of ['b', 'c', 'a']) await add(client, document(title, 'The quota is the same.'));
    expect(await titles(client, 'quota')).toEqual(['a', 'b', 'c']);
  });
});

describe('an owner’s documents', () => {
  it('are found by their client, the shared ones by all, the service’s own where they are asked for', async () => {
    const [own, other] = [await knowledge.addClient(), await knowledge.addClient()];
    await add(own, document('own', 'Xylophone repairs.'));
    await add(other, document('other', 'Xylophone repairs.'));
    for (const scope of ['shared', 'service'] as const) {
      const input = document(scope, 'Xylophone repairs.', { externalId: 'xylophone' });
      const owner = { scope, clientId: null };
      const terms = `'@${scope}' 'xylophon':1 'repair':2`;
      await knowledge.writer.save(input, {
        owner,
        batches: inOneBatch([{ heading: null, text: 'Xylophone repairs.', terms }]),
      });
    }
    expect((await titles(own, 'xylophone repairs')).sort()).toEqual(['own', 'shared']);
    expect((await titles(own, 'xylophone repairs', { service: true })).sort()).toEqual([
      'own',
      'service',
      'shared',
    ]);
    expect((await titles(other, 'xylophone repairs')).sort()).toEqual(['other', 'shared']);
    expect((await titles(await knowledge.addClient(), 'xylophone repairs')).sort()).toEqual(['shared']);
  });

  it('are protected by the where clause, should their mark in the index be another’s', async () => {
    const [own, other] = [await knowledge.addClient(), await knowledge.addClient()];
    const passages = [{ heading: null, text: 'Secret.', terms: `'@client:${other}' 'marimba':1A` }];
    await knowledge.writer.save(document('secret', 'Secret.'), {
      owner: { scope: 'client', clientId: own },
      batches: inOneBatch(passages),
    });
    expect(await titles(other, 'marimba')).toEqual([]);
  });

  it('are all that a search reads, through the index', async () => {
    const own = await knowledge.addClient();
    await add(own, document('own', 'The theremin is played without touching it.'));
    const other = await knowledge.addClient();
    const { document: crowd } = await add(other, document('crowd', 'The theremin again.'));
    await dataSource.query(
      `INSERT INTO passage (id, document_id, client_id, scope, position, text, terms)
       SELECT gen_random_uuid(), $1, $2::uuid, 'client', n, repeat('theremin ', 90), ('''@client:' || $2::uuid || ''' theremin:1 w' || n)::tsvector
       FROM generate_series(1, 8000) n`,
      [crowd.id, other],
    );
    await dataSource.query('ANALYZE passage');
    const scans = await explainSearch(own, 'theremin');
    expect(scans).not.toHaveLength(0);
    for (const scan of scans) {
      expect(JSON.stringify(scan)).toMatch(
        /passage_terms_idx|passage_pkey|passage_document_id_edition_position_key/,
      );
      expect(scan['Actual Rows'] ?? 0).toBeLessThan(10);
      expect(scan['Rows Removed by Filter'] ?? 0).toBe(0);
      expect(scan['Rows Removed by Index Recheck'] ?? 0).toBe(0);
    }
  });
});

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** How the database reads passages for a search: every scan, with what it read. */
async function explainSearch(clientId: string, query: string): Promise<PlanNode[]> {
  const scans: PlanNode[] = [];
  const collect = (node: PlanNode) => {
    if (node['Relation Name'] === 'passage') scans.push(node);
    node.Plans?.forEach(collect);
  };
  const explaining = {
    async query(sql: string, parameters: unknown[]) {
      const explained = await dataSource.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`,
        parameters,
      );
      explained[0]?.['QUERY PLAN'].forEach(({ Plan }) => collect(Plan));
      return [];
    },
  };
  const repository = new PassageRepository(explaining as unknown as Repository<PassageEntity>);
  await repository.findMatches({
    clientId,
    terms: queryTerms(query),
    limit: 5,
    includeServiceDocumentation: true,
  });
  return scans;
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

  it('posted by many at once under one external id is one of theirs, whole', async () => {
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

  it('of a megabyte is stored whole', async () => {
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

  it('of many passages is seen whole or not at all', async () => {
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

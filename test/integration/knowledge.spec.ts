import type { DataSource, Repository } from 'typeorm';
import { queryTerms } from '../../src/common/text/terms.js';
import type { DocumentInput } from '../../src/knowledge/document.repository.js';
import type { PassageEntity } from '../../src/knowledge/passage.entity.js';
import { PassageRepository } from '../../src/knowledge/passage.repository.js';
import { openTestDatabase, type OpenTestDatabase } from '../support/database.js';
import { type Knowledge, openKnowledge } from '../support/knowledge.js';

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
  return { title, content, source: `${title}.md`, format: 'markdown', externalId: null, metadata: {}, ...rest };
}

async function add(clientId: string, title: string, content: string, rest?: Partial<DocumentInput>) {
  return knowledge.documents.createDocument(clientId, document(title, content, rest));
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
    const text = '# Returns\n\n## How long\n\nGoods can be sent back within 30 days.\n\n## Where to\n\nTo us.';
    const { document: stored } = await add(client, 'Returns', text, { source: 'https://x/r', metadata: { a: '1' } });
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
    await add(client, 'keys', 'The keys are rotated by the operators. It takes a minute.');
    await add(client, '年假', '员工每年有十五天带薪年假，可以分多次申请。');
    await add(client, '报销', '报销单据请交给财务部门，数据库管理员负责审核。');
    expect(await titles(client, 'How do operators rotate a key?')).toEqual(['keys']);
    expect(await titles(client, '年假有几天？')).toEqual(['年假']);
    expect(await titles(client, '怎么申请带薪假')).toEqual(['年假']);
    expect(await titles(client, '数据库由谁管理')).toEqual(['报销']);
    expect(await titles(client, 'Ｏｐｅｒａｔｏｒ')).toEqual(['keys']);
  });

  it('puts first what covers the question with its rare words', async () => {
    const client = await knowledge.addClient();
    for (let index = 0; index < 30; index++) await add(client, `common ${index}`, 'The service answers a request.');
    await add(client, 'rare', 'A long text in which the service does other things, and only once a quota is named.');
    expect((await titles(client, 'quota of the service'))[0]).toBe('rare');
  });

  it.each(['', ' ', '?!…。', '🙂', '\'"\\:*&|!()<->', 'how do I do it?', '@shared', 'zebra quagga'])(
    'finds nothing for %j, and does not fail',
    async (query) => {
      const client = await knowledge.addClient();
      await add(client, 'one', 'Some text about something else.');
      expect(await find(client, query)).toEqual([]);
    },
  );

  it('takes a question of 32,000 characters', async () => {
    const client = await knowledge.addClient();
    await add(client, 'quota', 'The quota is 5 requests in a second.');
    const noise = Array.from({ length: 4000 }, (_, index) => `w${index.toString(36)}`).join(' ');
    const question = `quota requests second ${noise} quota requests second quota`.slice(0, 32_000);
    expect(await titles(client, question)).toEqual(['quota']);
    expect(await titles(client, '配额'.repeat(16_000))).toEqual([]);
  });

  it('keeps to the limit', async () => {
    const client = await knowledge.addClient();
    for (let index = 0; index < 7; index++) await add(client, `quota ${index}`, 'About the quota.');
    expect(await titles(client, 'quota', { limit: 3 })).toHaveLength(3);
    expect(await titles(client, 'quota', { limit: 50 })).toHaveLength(7);
  });

  it('is the same each time', async () => {
    const client = await knowledge.addClient();
    for (const title of ['b', 'c', 'a']) await add(client, title, 'The quota is the same.');
    expect(await titles(client, 'quota')).toEqual(['a', 'b', 'c']);
  });
});

describe('an owner’s documents', () => {
  it('are found by their client, the shared ones by all, the service’s own where they are asked for', async () => {
    const [own, other] = [await knowledge.addClient(), await knowledge.addClient()];
    await add(own, 'own', 'Xylophone repairs.');
    await add(other, 'other', 'Xylophone repairs.');
    for (const scope of ['shared', 'service'] as const) {
      const input = document(scope, 'Xylophone repairs.', { externalId: 'xylophone' });
      const owner = { scope, clientId: null };
      const terms = `'@${scope}' 'xylophon':1 'repair':2`;
      await knowledge.repository.save(input, { owner, passages: [{ heading: null, text: 'Xylophone repairs.', terms }] });
    }
    expect((await titles(own, 'xylophone repairs')).sort()).toEqual(['own', 'shared']);
    expect((await titles(own, 'xylophone repairs', { service: true })).sort()).toEqual(['own', 'service', 'shared']);
    expect((await titles(other, 'xylophone repairs')).sort()).toEqual(['other', 'shared']);
    expect((await titles(await knowledge.addClient(), 'xylophone repairs')).sort()).toEqual(['shared']);
  });

  it('are protected by the where clause, should their mark in the index be another’s', async () => {
    const [own, other] = [await knowledge.addClient(), await knowledge.addClient()];
    const passages = [{ heading: null, text: 'Secret.', terms: `'@client:${other}' 'marimba':1A` }];
    await knowledge.repository.save(document('secret', 'Secret.'), { owner: { scope: 'client', clientId: own }, passages });
    expect(await titles(other, 'marimba')).toEqual([]);
  });

  it('are all that a search reads, through the index', async () => {
    const own = await knowledge.addClient();
    await add(own, 'own', 'The theremin is played without touching it.');
    const other = await knowledge.addClient();
    const { document: crowd } = await add(other, 'crowd', 'The theremin again.');
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
      expect(JSON.stringify(scan)).toMatch(/passage_terms_idx|passage_pkey/);
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
  await repository.findMatches({ clientId, terms: queryTerms(query), limit: 5, includeServiceDocumentation: true });
  return scans;
}

describe('a document', () => {
  it('takes the place of the client’s earlier one of the same external id', async () => {
    const [client, other] = [await knowledge.addClient(), await knowledge.addClient()];
    const first = await add(client, 'old', 'Clarinet.\n\n# Two\n\nOboe.', { externalId: 'x', metadata: { a: 1 } });
    const others = await add(other, 'others', 'Clarinet.', { externalId: 'x' });
    const second = await add(client, 'new', 'Bassoon.', { externalId: 'x', format: 'text' });
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
    const contents = Array.from({ length: 10 }, (_, index) => `# A\n\nTuba ${index}.\n\n# B\n\nHorn ${index}.`);
    const created = await Promise.all(contents.map((content) => add(client, 't', content, { externalId: 'same' })));
    expect(created.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(created.map((one) => one.document.id)).size).toBe(1);
    const { content, passages } = await knowledge.documents.getDocument(client, created[0]!.document.id);
    expect(passages).toBe(2);
    const found = await find(client, 'tuba horn', { limit: 50 });
    expect(found.map(({ text }) => text).sort()).toEqual(content.split(/\n\n(?=# B)/).sort());
  });

  it('stays as it was when its replacement fails', async () => {
    const client = await knowledge.addClient();
    const { document: before } = await add(client, 'before', 'Ocarina.', { externalId: 'x' });
    const broken = [{ heading: null, text: 'x', terms: "'not a tsvector" }];
    const owner = { scope: 'client', clientId: client } as const;
    const saving = knowledge.repository.save(document('after', 'x', { externalId: 'x' }), { owner, passages: broken });
    await expect(saving).rejects.toThrow();
    expect(await titles(client, 'ocarina')).toEqual(['before']);
    expect(await knowledge.documents.getDocument(client, before.id)).toMatchObject({ title: 'before' });
  });

  it('of a megabyte is stored whole', async () => {
    const client = await knowledge.addClient();
    const content = Array.from({ length: 25_000 }, (_, index) => `Sentence ${index} of the saga. 传奇故事。\n`)
      .join('')
      .slice(0, 1_000_000);
    const { document: stored } = await add(client, 'saga', content);
    expect(stored.passages).toBeGreaterThan(1000);
    expect((await knowledge.documents.getDocument(client, stored.id)).content).toBe(content);
    expect((await find(client, 'sentence 17011 of the saga'))[0]?.text).toContain('Sentence 17011 ');
  });

  it('is found no more when it is deleted', async () => {
    const [client, other] = [await knowledge.addClient(), await knowledge.addClient()];
    const { document: stored } = await add(client, 'gone', 'Hurdy-gurdy.');
    await expect(knowledge.documents.deleteDocument(other, stored.id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await titles(client, 'hurdy gurdy')).toEqual(['gone']);
    await knowledge.documents.deleteDocument(client, stored.id);
    expect(await titles(client, 'hurdy gurdy')).toEqual([]);
    await expect(knowledge.documents.deleteDocument(client, stored.id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await dataSource.query('SELECT FROM passage WHERE document_id = $1', [stored.id])).toEqual([]);
  });
});

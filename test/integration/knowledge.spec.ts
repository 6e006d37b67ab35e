import type { DataSource, Repository } from 'typeorm';
import { queryTerms } from '../../src/common/text/terms.js';
import type { IndexedPassage } from '../../src/knowledge/documents/document.repository.js';
import type { PassageEntity } from '../../src/knowledge/documents/passage.entity.js';
import { PassageRepository } from '../../src/knowledge/search/passage.repository.js';
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

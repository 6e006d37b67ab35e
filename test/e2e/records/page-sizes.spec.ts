import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { newId } from '../../../src/common/uuid.js';
import { answer } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { readProblem } from '../../support/requests/problem.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { UID } from '../../support/service/ways-to-ask.js';

const MAX_PAGE_BYTES = 1_048_576;

let model: ModelServer;
let service: TestService;
let database: DataSource;

beforeAll(async () => {
  ({ model, service } = await startServiceWithModel());
  model.always(answer('an answer'));
  database = service.app.get<DataSource>(getDataSourceToken());
});

afterAll(() => stopServiceWithModel({ model, service }));

interface List {
  readonly items: readonly Record<string, unknown>[];
  readonly next_cursor: string | null;
}

async function readJson<Body>(path: string): Promise<Body> {
  const response = await service.request('GET', path);
  expect(response.status).toBe(200);
  return (await response.json()) as Body;
}

/** All pages of a list, the first one as it is asked for. */
async function readPages(path: string): Promise<List[]> {
  const pages: List[] = [];
  for (let cursor: string | null | undefined; cursor !== null; cursor = pages.at(-1)!.next_cursor) {
    const { next_cursor, ...rest } = await readJson<List & Record<string, List['items']>>(
      cursor === undefined ? path : `${path}&cursor=${cursor}`,
    );
    pages.push({ next_cursor, items: Object.values(rest)[0]! });
  }
  return pages;
}

/** Asks in a conversation, and makes the answer one of `characters` characters. */
async function ask(conversation: string, characters: number): Promise<string> {
  const response = await service.post('/chat', { query: 'q', conversation_id: conversation });
  const { message_id: id } = (await response.json()) as { message_id: string };
  await database.query(`UPDATE turn SET answer = repeat('答', $2) WHERE id = $1`, [id, characters]);
  return id;
}

const lengths = (pages: readonly List[]) => pages.map(({ items }) => items.length);
const ids = (pages: readonly List[], name: string) =>
  pages.flatMap(({ items }) => items.map((item) => item[name]));

describe('A page', () => {
  it('of messages ends where their texts are a megabyte, and has one at least', async () => {
    const asked: string[] = [];
    for (const characters of [10, 300_000, 10, 300_000, 1_000_000, 1_000_000, 10])
      asked.push(await ask('long', characters));
    const pages = await readPages('/api/conversations/long/messages?limit=100');
    expect(lengths(pages)).toEqual([1, 1, 1, 2, 2]);
    expect(ids(pages, 'message_id')).toEqual(asked.toReversed());
    expect(pages[1]!.items[0]!['text']).toHaveLength(1_000_000);
    const one = await readPages('/api/conversations/long/messages?limit=1');
    expect(lengths(one)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  it('of feedback counts the questions and answers that it is on', async () => {
    const rated: string[] = [];
    for (let count = 0; count < 3; count++) {
      const id = await ask('rated', 300_000);
      await service.post('/api/feedback', { chat_id: id, uid: UID, reason: '差' });
      rated.push(id);
    }
    const pages = await readPages('/api/feedback?limit=100');
    expect(lengths(pages)).toEqual([1, 1, 1]);
    expect(ids(pages, 'chat_id')).toEqual(rated.toReversed());
  });

  it('of prompt templates and of versions counts their texts, and loses none', async () => {
    const names = Array.from({ length: 30 }, (_, count) => `t${String(count).padStart(2, '0')}`);
    const template = '你'.repeat(32_000);
    for (const name of names) {
      const saved = await service.request('PUT', `/api/prompts/${name}`, { body: { template } });
      expect(saved.ok).toBe(true);
    }
    const all = await readPages('/api/prompts?limit=100');
    expect(all.length).toBeGreaterThan(2);
    for (const { items } of all)
      expect(Buffer.byteLength(JSON.stringify(items))).toBeLessThan(MAX_PAGE_BYTES + 100_000);
    const listed = ids(all, 'name') as string[];
    expect(listed).toEqual([...new Set(listed)].sort());
    expect(listed).toEqual(expect.arrayContaining([...names, 'default', 'qa', 'with_history']));
    for (let count = 0; count < 12; count++)
      await service.request('PUT', '/api/prompts/t00', {
        body: { template: `${count}${template.slice(9)}` },
      });
    const versions = await readPages('/api/prompts/t00/versions?limit=100');
    expect(versions.length).toBeGreaterThan(1);
    expect(ids(versions, 'version')).toEqual(Array.from({ length: 13 }, (_, count) => 13 - count));
  });

  it('of documents counts their metadata', async () => {
    const metadata = { note: '注'.repeat(5_000) };
    const stored: string[] = [];
    for (let count = 0; count < 80; count++) {
      const response = await service.post('/api/documents', {
        title: 't',
        source: 's',
        content: 'c',
        metadata,
      });
      stored.push(((await response.json()) as { id: string }).id);
    }
    const pages = await readPages('/api/documents?limit=100');
    expect(pages.length).toBeGreaterThan(1);
    for (const { items } of pages)
      expect(Buffer.byteLength(JSON.stringify(items))).toBeLessThan(MAX_PAGE_BYTES + 100_000);
    expect(ids(pages, 'id')).toEqual(stored.toReversed());
  });
});

describe('The feedback of a turn', () => {
  const send = (id: string, uid: string, reason: string) =>
    service.post('/api/feedback', { chat_id: id, uid, reason });

  async function fill(id: string, count: number): Promise<void> {
    const [{ client_id: client }] = await database.query<[{ client_id: string }]>(
      `SELECT client_id FROM turn WHERE id = $1`,
      [id],
    );
    const made = Array.from({ length: count }, newId);
    await database.query(
      `INSERT INTO feedback (id, client_id, turn_id, uid, stars) SELECT made, $2, $3, 'made-' || made, 3 FROM unnest($1::uuid[]) made`,
      [made, client, id],
    );
  }

  it('is shown by its latest hundred in the receipt, with its number', async () => {
    const id = await ask('receipt', 10);
    await fill(id, 150);
    await send(id, 'the-last', 'r');
    const receipt = await readJson<{ feedback: { uid: string }[]; feedback_count: number }>(
      `/api/chat/${id}`,
    );
    expect(receipt.feedback_count).toBe(151);
    expect(receipt.feedback).toHaveLength(100);
    expect(receipt.feedback.at(-1)!.uid).toBe('the-last');
  });

  it('is that of 1,000 end users at most; those may change theirs', async () => {
    const id = await ask('full', 10);
    await fill(id, 999);
    expect((await send(id, 'last', 'r')).status).toBe(201);
    const problem = await readProblem(await send(id, 'one-too-many', 'r'));
    expect(problem).toMatchObject({ status: 400, code: 'validation_failed', errors: [{ pointer: '/uid' }] });
    expect((await send(id, 'last', 'changed')).status).toBe(200);
  });

  it('keeps the latest hundred earlier revisions', async () => {
    const id = await ask('revised', 10);
    for (let count = 0; count < 104; count++) await (await send(id, UID, `r${count}`)).json();
    const kept = await database.query<{ revision: number }[]>(
      `SELECT r.revision FROM feedback_revision r JOIN feedback f ON f.id = r.feedback_id WHERE f.turn_id = $1 ORDER BY 1`,
      [id],
    );
    expect(kept.map(({ revision }) => revision)).toEqual(Array.from({ length: 100 }, (_, at) => at + 4));
  });
});

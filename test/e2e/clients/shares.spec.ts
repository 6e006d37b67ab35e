import { jest } from '@jest/globals';
import { DataSource, type QueryRunner } from 'typeorm';
import { answer, hold } from '../../support/model/model-server.answers.js';
import { readProblem } from '../../support/requests/problem.js';
import {
  startServiceWithModel,
  type ServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import { foldFrames, readFrames } from '../../support/service/sse.js';
import { UID } from '../../support/service/ways-to-ask.js';

jest.setTimeout(60_000);

/** Different ones, or each waits for a second whether the reader of the one before goes. */
const question = (number: number) => ({ question: `question ${number}`, uid: UID });

/** Real: the complete service, its database, HTTP both ways. Stand-in: the model behind its server. */
describe('A client that asks for more than its share of a model', () => {
  let running: ServiceWithModel;
  let otherKey: string;

  beforeAll(async () => {
    running = await startServiceWithModel({ LLM_MAX_IN_FLIGHT: '10', LLM_MAX_RETRIES: '0' });
    otherKey = await running.service.addClient('other');
  });
  afterAll(() => stopServiceWithModel(running));

  it('holds half of LLM_MAX_IN_FLIGHT, is refused before the stream beyond it, and others are answered', async () => {
    const { service, model } = running;
    const held = hold(['slow']);
    model.always(held);
    const asked = await Promise.all(
      Array.from({ length: 10 }, (_, index) => service.post('/api/chat', question(index))),
    );
    const refused = asked.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(5);
    for (const response of refused) {
      expect(response.headers.get('retry-after')).toBe('1');
      expect(await readProblem(response)).toMatchObject({ code: 'too_many_requests', retryable: true });
    }
    for (const path of ['/chat', '/chat/stream', '/v1/chat/completions']) {
      const body = { query: 'q', messages: [{ role: 'user', content: 'q' }] };
      expect([path, (await service.post(path, body)).status]).toEqual([path, 429]);
    }

    await model.requestArrived(4);
    model.always(answer('at once'));
    const other = await service.post('/chat', { query: 'q' }, { key: otherKey });
    expect(await other.json()).toMatchObject({ text: 'at once' });

    held.release();
    const answers = asked.filter(({ status }) => status === 200).map(readFrames);
    for (const frames of await Promise.all(answers)) expect(foldFrames(frames)).toBe('slow');
    const again = await service.post('/chat', { query: 'q' });
    expect(await again.json()).toMatchObject({ text: 'at once' });
  });

  it('attaches to what it has asked already, and gives its places back when it stops its answers', async () => {
    const { service, model } = running;
    const held = hold(['slow']);
    model.always(held);
    const headers = { 'idempotency-key': 'asked-before' };
    const first = await service.post('/api/chat', question(0), { headers });
    const rest = await Promise.all([1, 2, 3, 4].map((number) => service.post('/api/chat', question(number))));
    expect((await service.post('/api/chat', question(5))).status).toBe(429);
    const repeated = await service.post('/api/chat', question(0), { headers });
    expect(repeated.status).toBe(200);
    await repeated.body!.cancel();
    for (const id of service.runningTurns()) await service.post(`/api/chat/${id}/stop`, undefined);
    await Promise.all([first, ...rest].map(readFrames));
    model.always(answer('at once'));
    expect((await service.post('/chat', { query: 'q' })).status).toBe(200);
  });
});

/**
 * What a client's requests wait for is a table that somebody else has locked: so each holds a connection for as long as
 * the test wants.
 */
describe('A client whose requests hold connections of the database', () => {
  let running: ServiceWithModel;
  let otherKey: string;

  beforeAll(async () => {
    running = await startServiceWithModel({
      DATABASE_POOL_SIZE: '4',
      DATABASE_CONNECT_TIMEOUT_MS: '2000',
    });
    otherKey = await running.service.addClient('other');
    running.model.always(answer('answered'));
  });
  afterAll(() => stopServiceWithModel(running));

  it.each([
    ['searches', 'passage', 'POST', '/api/knowledge/search', { query: 'penguins' }, '/api/conversations'],
    ['lists', 'document', 'GET', '/api/documents', undefined, '/api/conversations'],
    ['questions', 'turn', 'POST', '/chat', { query: 'q' }, '/api/documents'],
    ['feedback', 'turn', 'POST', '/api/feedback', { chat_id: UID, uid: UID, stars: 5 }, '/api/documents'],
    ['exports', 'feedback', 'GET', '/api/exports/sft', undefined, '/api/documents'],
    ['answers read again', 'turn', 'GET', `/api/chat/${UID}/stream`, undefined, '/api/documents'],
    ['answers stopped', 'turn', 'POST', `/api/chat/${UID}/stop`, undefined, '/api/documents'],
  ])('%s: leaves some to others', async (_, table, method, path, body, otherPath) => {
    const { service } = running;
    const lock = await TableLock.take(running, table);
    const sent = Array.from({ length: 12 }, () => service.request(method, path, { body }));
    try {
      await lock.isWaitedFor();
      expect((await service.request('GET', otherPath, { key: otherKey })).status).toBe(200);
    } finally {
      await lock.release();
    }
    const statuses = await Promise.all(sent.map(async (response) => (await response).status));
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
  });

  it('and then hang up: holds no more than before', async () => {
    const { service } = running;
    const lock = await TableLock.take(running, 'document');
    try {
      for (let round = 0; round < 3; round++) {
        const signal = AbortSignal.timeout(300);
        const sent = Array.from({ length: 4 }, () => service.request('GET', '/api/documents', { signal }));
        await Promise.allSettled(sent);
      }
      expect((await service.request('GET', '/api/conversations', { key: otherKey })).status).toBe(200);
    } finally {
      await lock.release();
    }
    expect((await service.request('GET', '/api/documents')).status).toBe(200);
  });
});

/** A table that nothing else can read or write for a while. */
class TableLock {
  private constructor(
    private readonly database: DataSource,
    private readonly holder: QueryRunner,
  ) {}

  static async take({ service }: ServiceWithModel, table: string): Promise<TableLock> {
    const { database } = service.config;
    if (database.kind !== 'postgres') throw new Error('This test needs a PostgreSQL');
    const own = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    const holder = own.createQueryRunner();
    await holder.startTransaction();
    await holder.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    return new TableLock(own, holder);
  }

  /** As soon as no further statement comes to wait for it. */
  async isWaitedFor(): Promise<void> {
    let [before, same] = [0, 0];
    while (before === 0 || same < 10) {
      const [row]: { count: number }[] = await this.database.query(
        `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      same = row!.count === before ? same + 1 : 0;
      before = row!.count;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async release(): Promise<void> {
    await this.holder.rollbackTransaction();
    await this.holder.release();
    await this.database.destroy();
  }
}

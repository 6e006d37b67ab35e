import { jest } from '@jest/globals';
import pg from 'pg';
import type { PostgresConfig } from '../../../src/config/app-config.js';
import { PROBED } from '../../support/programs/child-probe.js';
import { startChild, startChildService } from '../../support/programs/child-service.js';
import { postgresConfig } from '../../support/database/database.clone.js';
import { type PostgresServer, startPostgresServer } from '../../support/database/database.server.js';
import { answer, hold } from '../../support/model/model-server.answers.js';
import { ModelServer } from '../../support/model/model-server.js';
import { startService, type TestService } from '../../support/service/service.js';
import { foldFrames, type Frame, type OpenStream, readSse } from '../../support/service/sse.js';
import { ask, readReceipt, type Receipt, UID, WAYS } from '../../support/service/ways-to-ask.js';

jest.setTimeout(120_000);

const parse = (data: string): Frame => (data === '[DONE]' ? { done: true } : (JSON.parse(data) as Frame));

const STREAMS: [string, object][] = [
  ['/chat/stream', { query: 'q' }],
  ['/api/chat', { question: 'q', uid: UID }],
];

/**
 * F60 to F65 and F76. Real: the complete service, a PostgreSQL of this suite's own that is killed and started
 * again, HTTP both ways. Stand-in: the model behind its server. Deadlocks and serialization failures (F66) are
 * in contention.spec.ts.
 */
describe('A PostgreSQL that fails', () => {
  let server: PostgresServer;
  let model: ModelServer;
  let service: TestService;
  let config: PostgresConfig;

  beforeAll(async () => {
    server = await startPostgresServer();
    model = await ModelServer.start();
    config = {
      ...postgresConfig(server.url, 'postgres'),
      poolSize: 3,
      connectTimeoutMs: 2_000,
      statementTimeoutMs: 500,
    };
    service = await startService({
      environment: environment(),
      database: { config, drop: () => Promise.resolve() },
    });
  });
  afterAll(async () => {
    await service.stop();
    await model.stop();
    await server.stop();
  });

  const environment = () => ({
    LLM_BASE_URL: model.baseUrl,
    LLM_MODEL: 'test-model',
    LLM_MAX_RETRIES: '0',
    BREAK_MIN_CHARS: '10',
  });

  async function expectRefusals(): Promise<void> {
    const asked = model.requests.length;
    for (const way of WAYS) {
      const response =
        way === 'qa'
          ? await service.post('/api/chat', { question: 'refused', uid: UID })
          : await service.post('/chat', { query: 'refused', stream: way === 'stream' });
      expect(response.status).toBe(503);
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(await response.json()).toMatchObject({ code: 'database_unavailable', retryable: true });
    }
    expect(model.requests.length).toBe(asked);
  }

  async function expectAnswers(): Promise<void> {
    for (const way of WAYS) {
      model.next(answer('Back again.'));
      expect(await ask(service, way)).toMatchObject({
        text: 'Back again.',
        receipt: { status: 'completed' },
      });
    }
  }

  /** Asks, and reads until the text is there that the model has said. */
  async function askHeld(path: string, body: object, said: readonly string[]) {
    const held = hold(said);
    model.next(held);
    const stream = readSse(await service.post(path, body));
    const frames: Frame[] = [];
    while (!foldFrames(frames).includes(said.at(-1)!)) frames.push(parse((await stream.next())!.data));
    return { held, stream, frames, id: (frames[0]!.chat_id ?? frames[0]!.message_id)! };
  }

  async function restOf(stream: OpenStream): Promise<Frame[]> {
    return (await stream.rest()).map(({ data }) => parse(data));
  }

  async function endedReceipt(id: string): Promise<Receipt> {
    for (;;) {
      const response = await service.request('GET', `/api/chat/${id}`);
      const receipt = (await response.json()) as Receipt;
      if (response.ok && receipt.status !== 'running') return receipt;
    }
  }

  it('F61 before the first write: every caller is refused, the model is not asked, and it passes', async () => {
    await server.kill();
    const from = performance.now();
    await expectRefusals();
    expect(performance.now() - from).toBeLessThan(3_000);
    expect((await service.request('GET', '/health/ready')).status).toBe(503);
    expect((await service.request('GET', '/health/live')).status).toBe(200);
    await server.restart();
    await expectAnswers();
  });

  it.each(STREAMS)(
    'F62 in mid-answer, and is back in time: the answer of %s is stored, byte for byte',
    async (path, body) => {
      const { held, stream, frames, id } = await askHeld(path, body, ['Half of 机器学习 👩‍👩‍👧']);
      await server.kill();
      held.release();
      const reading = restOf(stream);
      await server.restart();
      frames.push(...(await reading));
      expect(frames.filter(({ finish_reason }) => finish_reason)).toMatchObject([{ finish_reason: 'stop' }]);
      expect(await readReceipt(service, id)).toMatchObject({ status: 'completed', text: foldFrames(frames) });
      expect(foldFrames(frames)).toBe('Half of 机器学习 👩‍👩‍👧');
    },
  );

  it('F62 before a BREAK: it waits for what it ends, and nothing is lost', async () => {
    const body = { question: 'break', uid: UID };
    const { held, stream, frames, id } = await askHeld('/api/chat', body, ['One sentence. ', 'Then ']);
    expect(frames.at(-2)).toEqual({ action: 'BREAK' });
    await server.kill();
    held.release();
    const reading = restOf(stream);
    await server.restart();
    frames.push(...(await reading));
    expect(await readReceipt(service, id)).toMatchObject({
      status: 'completed',
      text: foldFrames(frames),
    });
  });

  it('F63 at the end of answers, for too long: no reader hears of success, and the record agrees', async () => {
    const streams = [];
    for (const [path, body] of STREAMS) streams.push(await askHeld(path, body, ['The complete answer']));
    const held = hold(['The complete answer']);
    const index = model.requests.length;
    model.next(held);
    const json = service.post('/chat', { query: 'json' });
    await model.requestArrived(index);
    await server.kill();
    for (const one of [...streams.map((stream) => stream.held), held]) one.release();
    for (const { stream, frames } of streams) {
      frames.push(...(await restOf(stream)));
      expect(frames.filter(({ error }) => error)).toMatchObject([
        { error: { code: 'database_unavailable' } },
      ]);
      expect(frames.some(({ finish_reason }) => finish_reason)).toBe(false);
    }
    expect((await json).status).toBe(503);
    await server.restart();
    for (const { id, frames } of streams) {
      const receipt = await endedReceipt(id);
      expect(receipt).toMatchObject({ status: 'failed', error_code: 'database_unavailable' });
      expect(receipt.text).toBe(foldFrames(frames));
    }
    await expectAnswers();
  });

  it('F64 whose connections are few: thirty answers at once need none while they are given', async () => {
    const index = model.requests.length;
    const held = Array.from({ length: 30 }, (_, count) => hold([`answer ${count}`]));
    model.next(...held);
    const asking = held.map(() => ask(service, 'json'));
    await model.requestArrived(index + held.length - 1);
    for (const one of held) one.release();
    const told = await Promise.all(asking);
    expect(told.map(({ receipt }) => receipt?.status)).toEqual(held.map(() => 'completed'));
  });

  it('F64 F65 whose rows are locked: callers are refused in time, and it passes', async () => {
    const client = new pg.Client({ connectionString: config.url });
    await client.connect();
    await client.query('BEGIN');
    await client.query('LOCK TABLE turn IN ACCESS EXCLUSIVE MODE');
    try {
      await expectRefusals();
    } finally {
      await client.query('ROLLBACK');
      await client.end();
    }
    await expectAnswers();
  });

  describe('under a service in a process of its own', () => {
    const childEnvironment = () => ({ ...environment(), ...PROBED, DATABASE_URL: config.url });

    it('F60 is waited for at the start', async () => {
      await server.kill();
      const child = await startChild(['dist/main.js'], {
        environment: { ...childEnvironment(), PORT: '0' },
      });
      try {
        await child.says(/cannot be reached yet/);
        await server.restart();
        const [, url] = await child.says(/^ready (http:\/\/\S+)$/m);
        expect((await fetch(`${url}/health/ready`)).status).toBe(200);
      } finally {
        await child.stop();
      }
    });

    it('F76 while a caller leaves: the process lives, and so do its other answers', async () => {
      const child = await startChildService({ environment: childEnvironment() });
      try {
        const [leaving, staying] = [hold(['left ']), hold(['stayed '])];
        model.next(leaving, staying);
        const abort = new AbortController();
        const left = readSse(await child.post('/chat/stream', { query: 'left' }, { signal: abort.signal }));
        await left.next();
        const stayed = readSse(await child.post('/chat/stream', { query: 'stayed' }));
        await stayed.next();
        await server.kill();
        abort.abort();
        // What is to be noted of that cannot be.
        await child.says(/Could not note who reads a turn/);
        expect((await child.request('GET', '/health/live')).status).toBe(200);
        leaving.release();
        staying.release();
        await server.restart();
        const frames = await restOf(stayed);
        expect(foldFrames(frames)).toBe('stayed ');
        expect(frames.at(-1)).toMatchObject({ finish_reason: 'stop' });
      } finally {
        await child.stop();
      }
    });
  });
});

import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import {
  type ChildOptions,
  type ChildService,
  databaseVariables,
  startChildService,
} from '../../support/programs/child-service.js';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.js';
import { answer, hold } from '../../support/model/model-server.answers.js';
import { silenceAfter } from '../../support/model/model-server.faults.js';
import { ModelServer } from '../../support/model/model-server.js';
import { readProblem } from '../../support/requests/problem.js';
import { type Frame, type OpenStream, readSse } from '../../support/service/sse.js';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

const STREAMS: [string, object][] = [
  ['/chat', { query: 'q', stream: true }],
  ['/chat/stream', { query: 'q' }],
  ['/api/chat', { question: 'q', uid: UID }],
];

/** Whether this machine lets us have PID 1, as a container does. */
const canBePidOne = spawnSync('unshare', ['--pid', '--fork', '--kill-child', 'true']).status === 0;

let model: ModelServer;
let database: TestDatabase;
let service: ChildService;

beforeEach(async () => {
  model = await ModelServer.start();
  database = await createTestDatabase();
});

afterEach(async () => {
  await service.stop();
  await model.stop();
  await database.drop();
});

async function start(drainTimeoutMs: number, options: ChildOptions = {}): Promise<void> {
  const environment = {
    ...databaseVariables(database.config),
    LLM_BASE_URL: model.baseUrl,
    LLM_MODEL: 'test-model',
    LLM_MAX_RETRIES: '0',
    DRAIN_TIMEOUT_MS: String(drainTimeoutMs),
  };
  service = await startChildService({ ...options, environment });
}

/** Asks on a stream and reads up to the first words. */
async function ask(path: string, body: object): Promise<{ stream: OpenStream; id: string }> {
  const stream = readSse(await service.post(path, body));
  const { message_id, chat_id } = JSON.parse((await stream.next())!.data) as Frame;
  for (let frame: Frame = {}; !frame.text && !frame.data;)
    frame = JSON.parse((await stream.next())!.data) as Frame;
  return { stream, id: (message_id ?? chat_id)! };
}

async function restOf(stream: OpenStream): Promise<Frame[]> {
  const events = await stream.rest();
  return events.map(({ data }) => (data === '[DONE]' ? { done: true } : (JSON.parse(data) as Frame)));
}

/** The status of the readiness probe as soon as it is no longer 200. */
async function statusWhenNotReady(): Promise<number> {
  for (;;) {
    const response = await service.request('GET', '/health/ready', { key: null });
    if (response.status !== 200) {
      expect(await readProblem(response)).toMatchObject({ code: 'shutting_down', retryable: true });
      return response.status;
    }
    await response.body?.cancel();
  }
}

/** The receipts of turns, as a service that starts afterwards has them. */
async function receiptsAfterRestart(ids: readonly string[]): Promise<Record<string, unknown>[]> {
  await start(10_000);
  return Promise.all(
    ids.map(
      async (id) =>
        (await (await service.request('GET', `/api/chat/${id}`)).json()) as Record<string, unknown>,
    ),
  );
}

describe('On SIGTERM', () => {
  it('running answers end, while the service is not ready and takes no new ones', async () => {
    await start(60_000);
    const held = STREAMS.map(() => hold(['half ']));
    model.next(...held);
    const asked = [];
    for (const [path, body] of STREAMS) asked.push(await ask(path, body));
    const heldJson = hold(['json ']);
    model.next(heldJson);
    const json = service.post('/chat', { query: 'json', stream: false });
    await model.requestArrived(STREAMS.length);

    service.kill('SIGTERM');
    expect(await statusWhenNotReady()).toBe(503);
    expect((await service.request('GET', '/health/live', { key: null })).status).toBe(200);
    for (const [path, body] of [...STREAMS, ['/chat', { query: 'q', stream: false }] as const]) {
      const refused = await service.post(path, body);
      expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect(await readProblem(refused)).toMatchObject({
        status: 503,
        code: 'shutting_down',
        retryable: true,
      });
    }
    // What is stored can be read until the end.
    expect((await service.request('GET', `/api/chat/${asked[0]!.id}`)).status).toBe(200);

    for (const one of [...held, heldJson]) one.release();
    for (const { stream } of asked) {
      const frames = await restOf(stream);
      expect(frames.findLast(({ done }) => !done)).toMatchObject({ finish_reason: 'stop' });
    }
    expect((await json).status).toBe(200);
    expect(await (await json).json()).toMatchObject({ text: 'json ', finish_reason: 'stop' });
    expect(await service.ended).toMatchObject({ code: 0, signal: null });

    const receipts = await receiptsAfterRestart(asked.map(({ id }) => id));
    for (const receipt of receipts) expect(receipt).toMatchObject({ status: 'completed', text: 'half ' });
  });

  it('a question with a key that was answered, or is being answered, is repeated; a new one is refused', async () => {
    await start(60_000);
    const body = { query: 'q' };
    const [ended, running, fresh] = ['ended', 'running', 'fresh'].map((key) => ({
      headers: { 'idempotency-key': key },
    }));
    const held = hold(['half ']);
    model.next(answer('whole'), held);
    const first: unknown = await (await service.post('/chat', body, ended)).json();
    const stream = readSse(await service.post('/chat/stream', body, running));
    const frames = [await stream.next()];

    service.kill('SIGTERM');
    await statusWhenNotReady();
    expect(await (await service.post('/chat', body, ended)).json()).toEqual(first);
    const attached = readSse(await service.post('/chat/stream', body, running));
    expect(await attached.next()).toEqual(frames[0]);
    expect(await readProblem(await service.post('/chat', body, fresh))).toMatchObject({
      status: 503,
      code: 'shutting_down',
    });
    held.release();
    const rest = await attached.rest();
    expect(rest.map(({ data }) => data).join('')).toContain('half ');
    expect(rest.at(-1)).toEqual((await stream.rest()).at(-1));
    expect(await service.ended).toMatchObject({ code: 0, signal: null });
  });

  it('answers that do not end fail as retryable when the time is up', async () => {
    await start(300);
    model.always(silenceAfter(['half ']));
    const asked = [];
    for (const [path, body] of STREAMS) asked.push(await ask(path, body));
    const json = service.post('/chat', { query: 'json', stream: false });
    await model.requestArrived(STREAMS.length);

    service.kill('SIGTERM');
    for (const { stream } of asked) {
      const frames = await restOf(stream);
      expect(frames.findLast(({ done }) => !done)).toMatchObject({ error: { retryable: true } });
    }
    expect(await readProblem(await json)).toMatchObject({ retryable: true });
    for (let index = 0; index <= STREAMS.length; index++) {
      expect((await model.requestClosed(index)).isAborted).toBe(true);
    }
    expect(await service.ended).toMatchObject({ code: 0, signal: null });

    const receipts = await receiptsAfterRestart(asked.map(({ id }) => id));
    for (const receipt of receipts) expect(receipt).toMatchObject({ status: 'failed', text: 'half ' });
  });

  it('twice, and SIGINT, nothing is cut short', async () => {
    await start(60_000);
    const held = hold(['half ']);
    model.next(held);
    const { stream } = await ask('/api/chat', { question: 'q', uid: UID });
    service.kill('SIGTERM');
    await statusWhenNotReady();
    service.kill('SIGTERM');
    service.kill('SIGINT');
    // Answered after all three signals were delivered: they come in no other order than one after the other.
    expect(await statusWhenNotReady()).toBe(503);
    held.release();
    expect((await restOf(stream)).at(-2)).toMatchObject({ finish_reason: 'stop' });
    expect(await service.ended).toMatchObject({ code: 0, signal: null });
  });

  it('an idle service ends at once, whatever connections it has', async () => {
    await start(60_000);
    expect((await service.request('GET', '/api/models')).status).toBe(200);
    const { hostname, port } = new URL(service.url);
    // A connection without a request, a connection in the middle of a head, and another in the middle of a body.
    const sockets = [
      '',
      'GET /api/ping HTTP/1.1\r\nhost',
      'POST /chat HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{',
    ].map((sent) =>
      connect(Number(port), hostname, function (this: { write(text: string): void }) {
        this.write(sent);
      }).on('error', () => undefined),
    );
    // It has read what came before this.
    expect((await service.request('GET', '/api/ping')).status).toBe(200);
    service.kill('SIGTERM');
    expect(await service.ended).toMatchObject({ code: 0, signal: null });
    for (const socket of sockets) socket.destroy();
  });

  (canBePidOne ? it : it.skip)(
    'as PID 1 it ends as well (skipped where unshare is not allowed)',
    async () => {
      await start(60_000, { isPidOne: true });
      const held = hold(['half ']);
      model.next(held);
      const { stream } = await ask('/api/chat', { question: 'q', uid: UID });
      service.kill('SIGTERM');
      await statusWhenNotReady();
      held.release();
      expect((await restOf(stream)).at(-2)).toMatchObject({ finish_reason: 'stop' });
      expect(await service.ended).toMatchObject({ code: 0, signal: null });
    },
  );
});

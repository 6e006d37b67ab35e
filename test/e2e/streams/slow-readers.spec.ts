import { connect, type Socket } from 'node:net';
import { DataSource } from 'typeorm';
import { MemoryProbe, PROBED } from '../../support/programs/child-probe.js';
import {
  CHILD_KEY,
  type ChildService,
  databaseVariables,
  startChildService,
} from '../../support/programs/child-service.js';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.js';
import { answer, hold } from '../../support/model/model-server.answers.js';
import { endless } from '../../support/model/model-server.faults.js';
import { ModelServer } from '../../support/model/model-server.js';
import { delta, done, end, finish } from '../../support/model/model-server.steps.js';
import {
  startServiceWithModel,
  type ServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { foldFrames, type Frame, readFrames, readSse } from '../../support/service/sse.js';
import { readReceipt, UID } from '../../support/service/ways-to-ask.js';

/** Six bytes of JSON a character: an answer of these is more than the network between two sockets takes. */
const BULKY = '\u0001'.repeat(1_000);

/** As many deltas of these as may wait for a reader that is to catch up, and more than the network takes. */
const BULKY_DELTAS = 600;

/** The largest answer there is, as six million bytes. */
const longest = () => endless(BULKY);

/** A connection with a request, whose caller does not read the answer. */
function sendAndNotRead(url: string, key: string, request: { path: string; body?: object }): Socket {
  const { hostname, port } = new URL(url);
  const { path, body } = request;
  const payload = body ? JSON.stringify(body) : '';
  const socket = connect(Number(port), hostname).pause();
  socket.on('error', () => undefined);
  socket.write(
    [
      `${body ? 'POST' : 'GET'} ${path} HTTP/1.1`,
      `host: ${hostname}`,
      `authorization: Bearer ${key}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(payload)}`,
      '',
      payload,
    ].join('\r\n'),
  );
  return socket;
}

/**
 * F43 to F45: readers that the network does not get rid of. Real: the complete service, its database, HTTP both
 * ways. Stand-in: the model behind its server.
 */
describe('A reader that does not read', () => {
  let running: ServiceWithModel;
  let model: ModelServer;
  let service: TestService;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    running = await startServiceWithModel({ LLM_MAX_RETRIES: '0', BREAK_MIN_CHARS: '0' });
    ({ model, service } = running);
  });
  afterAll(() => stopServiceWithModel(running));
  afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));

  function connectionCount(): Promise<number> {
    return new Promise((resolve, reject) => {
      service.app
        .getHttpServer()
        .getConnections((error: Error | null, count: number) => (error ? reject(error) : resolve(count)));
    });
  }

  /** Waits until the service has cut all connections but those that it had before. */
  async function cutDownTo(count: number): Promise<void> {
    while ((await connectionCount()) > count) await new Promise(setImmediate);
  }

  it.each([
    ['/api/chat', { question: 'never read', uid: UID }],
    ['/chat/stream', { query: 'never read' }],
    ['/chat', { query: 'never read', stream: true }],
  ])('F43 on %s is cut off; its turn goes on to its end, and can be read', async (path, body) => {
    service.app.getHttpServer().closeIdleConnections();
    const before = await connectionCount();
    const index = model.requests.length;
    model.next(longest());
    sockets.push(sendAndNotRead(service.url, service.key, { path, body }));
    await model.requestArrived(index);
    const [id] = service.runningTurns();
    await cutDownTo(before);
    while (service.runningTurns().length > 0) await new Promise(setImmediate);
    const receipt = await readReceipt(service, id!);
    expect(receipt).toMatchObject({ status: 'completed', finish_reason: 'length' });
    expect(receipt.text).toHaveLength(1_000_000);
    const frames = await readFrames(await service.request('GET', `/api/chat/${id}/stream`));
    expect(foldFrames(frames)).toBe(receipt.text);
  });

  it('F44 for every byte that it takes waits a while, does not hold up a reader that keeps up', async () => {
    const held = hold(
      ['begun '],
      ...Array.from({ length: BULKY_DELTAS }, () => delta(BULKY)),
      finish(),
      done(),
      end(),
    );
    model.next(held);
    const body = { question: 'two readers', uid: UID };
    const reading = readSse(await service.post('/api/chat', body));
    const { chat_id } = JSON.parse((await reading.next())!.data) as Frame;
    const slow = sendAndNotRead(service.url, service.key, { path: `/api/chat/${chat_id}/stream` });
    sockets.push(slow);
    const dripping = setInterval(() => void slow.read(1), 20);
    held.release();
    const frames = (await reading.rest()).flatMap(({ data }) =>
      data === '[DONE]' ? [] : [JSON.parse(data) as Frame],
    );
    clearInterval(dripping);
    expect(frames.at(-1)).toMatchObject({ finish_reason: 'stop' });
    expect(foldFrames(frames)).toBe(`begun ${BULKY.repeat(BULKY_DELTAS)}`);
  });
});

describe('A reader that was away for a moment', () => {
  let running: ServiceWithModel;
  beforeAll(async () => {
    running = await startServiceWithModel({ LLM_MAX_RETRIES: '0', BREAK_MIN_CHARS: '0' });
  });
  afterAll(() => stopServiceWithModel(running));

  /** An answer of so many deltas of one character, as a model gives it that takes its time. */
  async function answerInDeltas(count: number): Promise<{ id: string; body: object }> {
    const { service, model } = running;
    model.next(answer('x'));
    const body = { question: `of ${count} deltas`, uid: UID };
    const [first] = await readSse(await service.post('/api/chat', body)).rest();
    await service.app
      .get(DataSource)
      .query(
        `UPDATE turn SET answer = repeat('x', $1), outline = ARRAY[0, -1] || array_fill(1, ARRAY[$1]) WHERE id = $2`,
        [count, first!.id!.split(':')[0]],
      );
    return { id: first!.id!, body };
  }

  it.each([5_000, 100_000])(
    'is given %s deltas that it has missed, and not cut off for them',
    async (count) => {
      const { service } = running;
      const { id, body } = await answerInDeltas(count);
      const resumed = await service.post('/api/chat', body, { headers: { 'last-event-id': id } });
      // It reads nothing until the next question is answered.
      running.model.next(answer('meanwhile'));
      await service.post('/chat', { query: 'q' });
      expect(foldFrames(await readFrames(resumed))).toBe('x'.repeat(count));
    },
  );
});

describe('Many readers that do not read', () => {
  let model: ModelServer;
  let database: TestDatabase;
  let child: ChildService;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    model = await ModelServer.start();
    database = await createTestDatabase();
    const environment = {
      ...PROBED,
      ...databaseVariables(database.config),
      LLM_BASE_URL: model.baseUrl,
      LLM_MODEL: 'test-model',
      BREAK_MIN_CHARS: '0',
    };
    child = await startChildService({ environment });
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await child.stop();
    await model.stop();
    await database.drop();
  });

  it('take less than 256 KiB each of the process, whatever waits for them', async () => {
    model.next(longest());
    const asked = await child.post('/api/chat', { question: 'q', uid: UID });
    const stream = readSse(asked);
    const { chat_id } = JSON.parse((await stream.next())!.data) as Frame;
    await stream.rest();
    const path = `/api/chat/${chat_id}/stream`;
    const readOnce = () => child.request('GET', path).then((answered) => answered.text());
    await readOnce();
    const probe = new MemoryProbe(child);
    const before = await probe.bytes();
    for (let count = 0; count < 40; count++) sockets.push(sendAndNotRead(child.url, CHILD_KEY, { path }));
    // Each that reads gives the process the time to get rid of those that do not; it must come to that.
    const bound = 40 * 256 * 1_024;
    while ((await probe.bytes()) - before > bound) await readOnce();
  });
});

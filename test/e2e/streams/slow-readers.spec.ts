import type { Socket } from 'node:net';
import { DataSource } from 'typeorm';
import { BULKY, longest, sendAndNotRead } from '../../support/callers/unread-answer.js';
import { answer, hold } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { delta, done, end, finish } from '../../support/model/model-server.steps.js';
import {
  startServiceWithModel,
  type ServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { foldFrames, type Frame, readFrames, readSse } from '../../support/service/sse.js';
import { readReceipt, UID } from '../../support/service/ways-to-ask.js';

/** As many deltas of these as may wait for a reader that is to catch up, and more than the network takes. */
const BULKY_DELTAS = 600;

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

import { setTimeout as pass } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { TurnRegistry } from '../../../src/chat/answering/turn-registry.js';
import { answer, type HeldAnswer, hold } from '../../support/model/model-server.answers.js';
import { endAfter } from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { Replicas } from '../../support/service/replicas.js';
import type { TestService } from '../../support/service/service.js';
import { foldFrames, type Frame, readFrames, readSse } from '../../support/service/sse.js';
import { UID } from '../../support/service/ways-to-ask.js';

const WINDOW_MS = 1_200;

const WAYS: [string, string, (question: string) => object][] = [
  ['A', '/chat', (query) => ({ query, user_id: 'u', stream: true })],
  ['A with ids', '/chat/stream', (query) => ({ query, user_id: 'u', conversation_id: `of ${query}` })],
  ['B', '/api/chat', (question) => ({ question, uid: UID })],
];

interface Row {
  readonly id: string;
  readonly isCompleted: boolean;
  readonly isDelivered: boolean;
}

/** Those whose answer may be missed, and found again. */
const LEFT: typeof WAYS = [
  ...WAYS,
  ['A as JSON', '/chat', (query) => ({ query, user_id: 'u', stream: false })],
  [
    'A as JSON with ids',
    '/chat',
    (query) => ({ query, user_id: 'u', conversation_id: query, stream: false }),
  ],
  [
    'a conversation without an end user',
    '/chat',
    (query) => ({ query, conversation_id: query, stream: false }),
  ],
];

/** Real: one service, or on PostgreSQL two that share it, and HTTP. Stand-in: the model. */
describe('A question that was answered just now', () => {
  let model: ModelServer;
  let replicas: Replicas;
  let services: readonly [TestService, TestService];

  beforeAll(async () => {
    replicas = await Replicas.start({ LLM_MAX_RETRIES: '0', REPEAT_WINDOW_MS: String(WINDOW_MS) });
    ({ model, services } = replicas);
  });
  afterAll(() => replicas.stop());

  const at = (index: number) => services[index % services.length]!;
  const readText = async (response: Response) => foldFrames(await readFrames(response));

  it.each(WAYS)(
    'is given the same answer again on %s, by any replica and however often it is asked',
    async (_, path, bodyOf) => {
      const asked = model.requests.length;
      model.next(answer(['the ', 'answer']), answer('another'));
      const body = bodyOf(`again on ${path}`);
      const first = await readFrames(await at(0).post(path, body));
      // Each delivery begins the time again: a library that reconnects does so for ever.
      for (let index = 1; index <= 6; index++) {
        await pass(WINDOW_MS / 3);
        const frames = await readFrames(await at(index).post(path, body));
        expect([frames[0], foldFrames(frames), frames.at(-1)]).toEqual([
          first[0],
          'the answer',
          first.at(-1),
        ]);
      }
      expect(model.requests.length).toBe(asked + 1);
      await pass(WINDOW_MS + 200);
      expect(await readText(await at(1).post(path, body))).toBe('another');
    },
  );

  it.each(WAYS)('is asked again on %s without the end user, and when it differs', async (_, path, bodyOf) => {
    model.next(answer('one'), answer('two'), answer('three'));
    expect(await readText(await at(0).post(path, bodyOf(`one on ${path}`)))).toBe('one');
    expect(await readText(await at(0).post(path, bodyOf(`other on ${path}`)))).toBe('two');
    if (path === '/api/chat') {
      const uid = '11111111-1111-4111-8111-111111111111';
      expect(await readText(await at(0).post(path, { question: `one on ${path}`, uid }))).toBe('three');
    } else {
      const body = { query: `one on ${path}`, stream: true };
      expect(await readText(await at(0).post(path, body))).toBe('three');
    }
  });

  it('is asked again with an Idempotency-Key of its own', async () => {
    model.next(answer('one'), answer('two'));
    const body = { question: 'with a key', uid: UID };
    expect(await readText(await at(0).post('/api/chat', body))).toBe('one');
    const headers = { 'idempotency-key': 'a-key-of-its-own' };
    expect(await readText(await at(0).post('/api/chat', body, { headers }))).toBe('two');
  });

  it('is asked again on /v1, whose callers repeat questions on purpose', async () => {
    model.next(answer('one'), answer('two'));
    const body = { messages: [{ role: 'user', content: 'sampled' }], user: 'u' };
    const texts = [];
    for (const _ of [1, 2]) {
      const response = await at(0).post('/v1/chat/completions', body);
      const { choices } = (await response.json()) as { choices: { message: { content: string } }[] };
      texts.push(choices[0]!.message.content);
    }
    expect(texts).toEqual(['one', 'two']);
  });

  it('is asked again when it failed or was stopped', async () => {
    const ask = (question: string) => at(0).post('/api/chat', { question, uid: UID });
    model.next(endAfter(['half']), answer('then'));
    await readFrames(await ask('failed'));
    expect(await readText(await ask('failed'))).toBe('then');

    const asked = model.requests.length;
    model.next(hold(['half']), answer('then'));
    const stream = readSse(await ask('stopped'));
    const { chat_id: id } = JSON.parse((await stream.next())!.data) as Frame;
    // A turn that is stopped before leaves the held answer to the next question.
    await model.requestArrived(asked);
    await at(0).post(`/api/chat/${id}/stop`, undefined);
    await stream.rest();
    expect(await readText(await ask('stopped'))).toBe('then');
  });

  const rowsOf = (question: string) =>
    services[0].app.get(DataSource).query<Row[]>(
      `SELECT id, status = 'completed' AS "isCompleted", delivered_at IS NOT NULL AS "isDelivered"
         FROM turn WHERE question = $1 ORDER BY id`,
      [question],
    );
  const until = async (question: string, state: 'isCompleted' | 'isDelivered') => {
    while ((await rowsOf(question))[0]?.[state] !== true) await pass(10);
  };

  /** Asks, and leaves before the end. Returns what lets the model go on. */
  async function leave(path: string, body: object, question: string): Promise<HeldAnswer> {
    const index = model.requests.length;
    const held = hold(['the answer']);
    model.next(held);
    const leaving = new AbortController();
    const asked = at(0).post(path, body, { signal: leaving.signal });
    await model.requestArrived(index);
    leaving.abort();
    await asked.then((response) => response.text()).catch(() => undefined);
    const [turn] = await rowsOf(question);
    // The embedded database does not know it.
    while (!services[0].app.get(TurnRegistry).find(turn!.id)!.isLeft) await pass(10);
    return held;
  }

  /** The same, and waits until the answer is stored. */
  async function miss(path: string, body: object, question: string): Promise<void> {
    (await leave(path, body, question)).release();
    await until(question, 'isCompleted');
  }

  it.each(LEFT)(
    'is given the stored answer on %s when that ended after its reader had gone',
    async (way, path, bodyOf) => {
      const question = `missed on ${way}`;
      const body = bodyOf(question);
      const asked = model.requests.length;
      await miss(path, body, question);
      expect(await readAnswer(await at(1).post(path, body))).toBe('the answer');
      expect(model.requests.length).toBe(asked + 1);
      // It counts as delivered from then on.
      await until(question, 'isDelivered');
      await pass(WINDOW_MS + 200);
      model.next(answer('another'));
      expect(await readAnswer(await at(1).post(path, body))).toBe('another');
      expect(await rowsOf(question)).toHaveLength(2);
    },
  );

  it('is asked again after a reader of another replica had all of it', async () => {
    const question = 'read elsewhere';
    const body = { query: question, conversation_id: question, stream: true };
    const held = await leave('/chat', body, question);
    const attached = await at(1).post('/chat', body);
    held.release();
    expect(await readText(attached)).toBe('the answer');
    await until(question, 'isDelivered');
    model.next(answer('another'));
    expect(await readText(await at(0).post('/chat', body))).toBe('another');
  });

  it('is asked again when no named end user missed its answer, or long ago, or before another question', async () => {
    const nobodys = { query: 'without an end user', stream: true };
    await miss('/chat', nobodys, nobodys.query);
    model.next(answer('then'));
    expect(await readText(await at(0).post('/chat', nobodys))).toBe('then');

    const old = { question: 'long ago', uid: UID };
    await miss('/api/chat', old, old.question);
    await services[0].app
      .get(DataSource)
      .query(`UPDATE turn SET ended_at = now() - interval '61 seconds' WHERE question = $1`, [old.question]);
    model.next(answer('then'));
    expect(await readText(await at(0).post('/api/chat', old))).toBe('then');

    const next = { query: 'next', conversation_id: 'of others', user_id: 'u', stream: true };
    await miss('/chat', next, next.query);
    model.next(answer('other'), answer('then'));
    expect(await readText(await at(0).post('/chat', { ...next, query: 'other' }))).toBe('other');
    expect(await readText(await at(0).post('/chat', next))).toBe('then');
  });

  it('is asked again on /v1, and with a key, when its answer was missed', async () => {
    const keyed = { question: 'missed with a key', uid: UID };
    await miss('/api/chat', keyed, keyed.question);
    model.next(answer('then'));
    const headers = { 'idempotency-key': 'a-key-of-the-second' };
    expect(await readText(await at(0).post('/api/chat', keyed, { headers }))).toBe('then');

    const content = 'missed on /v1';
    const body = { messages: [{ role: 'user', content }], user: 'u' };
    await miss('/v1/chat/completions', body, content);
    model.next(answer('then'));
    const again = await (await at(0).post('/v1/chat/completions', body)).text();
    expect(again).toContain('then');
  });

  it('is answered once when it is asked twice at once in a conversation', async () => {
    const body = { query: 'twice', conversation_id: 'twice', user_id: 'u', stream: true };
    const asked = model.requests.length;
    const held = hold(['the answer']);
    model.next(held, answer('another'));
    const both = [0, 1].map((index) => at(index).post('/chat', body));
    await model.requestArrived(asked);
    // The waiting question has looked for a reader that leaves, and is in line.
    await pass(1_300);
    held.release();
    const texts = await Promise.all(both.map(async (one) => readText(await one)));
    expect(texts).toEqual(['the answer', 'the answer']);
    expect(model.requests.length).toBe(asked + 1);
  });
});

/** The text of an answer, as a stream or as JSON. */
async function readAnswer(response: Response): Promise<string> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream'))
    return foldFrames(await readFrames(response));
  return ((await response.json()) as { text: string }).text;
}

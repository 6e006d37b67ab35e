import { setTimeout as pass } from 'node:timers/promises';
import { createTestDatabase, isOnPostgres, type TestDatabase } from '../support/database.js';
import { answer, hold } from '../support/model-server.answers.js';
import { endAfter } from '../support/model-server.faults.js';
import { ModelServer } from '../support/model-server.js';
import { startService, type TestService } from '../support/service.js';
import { foldFrames, type Frame, readFrames, readSse } from '../support/sse.js';
import { UID } from '../support/ways-to-ask.js';

const WINDOW_MS = 1_500;

const WAYS: [string, string, (question: string) => object][] = [
  ['A', '/chat', (query) => ({ query, user_id: 'u', stream: true })],
  ['A with ids', '/chat/stream', (query) => ({ query, user_id: 'u', conversation_id: `of ${query}` })],
  ['B', '/api/chat', (question) => ({ question, uid: UID })],
];

/** Real: one service, or on PostgreSQL two that share it, and HTTP. Stand-in: the model. */
describe('A question that was answered just now', () => {
  let model: ModelServer;
  let database: TestDatabase;
  let services: TestService[];

  beforeAll(async () => {
    model = await ModelServer.start();
    database = await createTestDatabase();
    const environment = {
      LLM_BASE_URL: model.baseUrl,
      LLM_MODEL: 'test-model',
      LLM_MAX_RETRIES: '0',
      REPEAT_WINDOW_MS: String(WINDOW_MS),
    };
    services = [await startService({ environment, database })];
    if (isOnPostgres) services.push(await startService({ environment, database }));
  });
  afterAll(async () => {
    for (const service of services) await service.stop();
    await model.stop();
    await database.drop();
  });

  const at = (index: number) => services[index % services.length]!;
  const readText = async (response: Response) => foldFrames(await readFrames(response));

  it.each(WAYS)(
    'is given the same answer again on %s, by any replica and however often it is asked',
    async (_, path, bodyOf) => {
      const asked = model.requests.length;
      model.next(answer(['the ', 'answer']), answer('another'));
      const body = bodyOf(`again on ${path}`);
      const first = await readFrames(await at(0).post(path, body));
      // Each delivery begins the time anew: a library that reconnects does so for ever.
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

  it.each(WAYS)('is asked anew on %s without the end user, and when it differs', async (_, path, bodyOf) => {
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

  it('is asked anew with an Idempotency-Key of its own', async () => {
    model.next(answer('one'), answer('two'));
    const body = { question: 'with a key', uid: UID };
    expect(await readText(await at(0).post('/api/chat', body))).toBe('one');
    const headers = { 'idempotency-key': 'a-key-of-its-own' };
    expect(await readText(await at(0).post('/api/chat', body, { headers }))).toBe('two');
  });

  it('is asked anew on /v1, whose callers ask the same again on purpose', async () => {
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

  it('is asked anew when it failed, was stopped, or its reader had left before the end', async () => {
    const ask = (question: string) => at(0).post('/api/chat', { question, uid: UID });
    model.next(endAfter(['half']), answer('then'));
    await readFrames(await ask('failed'));
    expect(await readText(await ask('failed'))).toBe('then');

    model.next(hold(['half']), answer('then'));
    const stream = readSse(await ask('stopped'));
    const { chat_id: id } = JSON.parse((await stream.next())!.data) as Frame;
    await at(0).post(`/api/chat/${id}/stop`, undefined);
    await stream.rest();
    expect(await readText(await ask('stopped'))).toBe('then');

    const held = hold(['half']);
    model.next(held, answer('then'));
    const leaving = new AbortController();
    const body = { question: 'left', uid: UID };
    const left = readSse(await at(0).post('/api/chat', body, { signal: leaving.signal }));
    const frame = JSON.parse((await left.next())!.data) as Frame;
    leaving.abort();
    const receipt = async () =>
      (await (await at(0).request('GET', `/api/chat/${frame.chat_id}`)).json()) as { status: string };
    await pass(100);
    held.release();
    while ((await receipt()).status === 'running');
    expect(await readText(await ask('left'))).toBe('then');
  });
});

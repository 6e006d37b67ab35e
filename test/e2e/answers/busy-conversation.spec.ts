import { setTimeout as pass } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { answer, hold } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { foldFrames, type Frame, type OpenStream, readFrames, readSse } from '../../support/service/sse.js';

const WAIT_MS = 1_500;

interface Message {
  readonly query: string;
  readonly text: string;
  readonly status: string;
}

/** Real: the complete service, its database, HTTP. Stand-in: the model behind its server. */
describe('A question in a conversation that is busy', () => {
  let model: ModelServer;
  let service: TestService;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel({ CONVERSATION_WAIT_MS: String(WAIT_MS) }));
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  let count = 0;
  const newConversation = () => `busy-${++count}`;

  /** The turns of a conversation, oldest first. */
  async function messagesOf(conversation: string): Promise<Message[]> {
    const response = await service.request('GET', `/api/conversations/${conversation}/messages?limit=100`);
    return ((await response.json()) as { messages: Message[] }).messages.reverse();
  }

  /** Asks as a stream, and reads the first text. */
  async function read(body: object, signal?: AbortSignal): Promise<OpenStream> {
    const stream = readSse(await service.post('/chat/stream', body, { signal }));
    for (let text = ''; text === '';) text = (JSON.parse((await stream.next())!.data) as Frame).text!;
    return stream;
  }

  async function leave(body: object): Promise<void> {
    const leaving = new AbortController();
    await read(body, leaving.signal);
    leaving.abort();
  }

  async function untilRefused(body: object): Promise<Response> {
    const response = await service.post('/chat', body);
    expect(response.status).toBe(409);
    return response;
  }

  it.each(['stream', 'json'])('is answered within a second when the reader of a %s has left', async (way) => {
    const conversation_id = newConversation();
    const index = model.requests.length;
    model.next(hold(['half ']), answer('then'));
    if (way === 'stream') await leave({ query: 'a', conversation_id });
    else {
      const leaving = new AbortController();
      const body = { query: 'a', conversation_id, stream: false };
      const asked = service.post('/chat', body, { signal: leaving.signal });
      await model.requestArrived(index);
      // Its text is with the service as soon as it is in the log.
      const logged = () =>
        service.app.get(DataSource).query<unknown[]>(
          `SELECT 1 FROM turn_log l JOIN turn t ON t.id = l.turn_id JOIN conversation c ON c.id = t.conversation_id
            WHERE c.external_id = $1 AND l.events LIKE '%half %'`,
          [conversation_id],
        );
      while ((await logged()).length === 0) await pass(10);
      leaving.abort();
      await expect(asked).rejects.toThrow();
    }
    const from = performance.now();
    const second = await service.post('/chat', { query: 'b', conversation_id });
    expect(await second.json()).toMatchObject({ text: 'then' });
    expect(performance.now() - from).toBeLessThan(1_000);
    expect((await model.requestClosed(index)).isAborted).toBe(true);
    expect(await messagesOf(conversation_id)).toMatchObject([
      { query: 'a', text: 'half ', status: 'cancelled' },
      { query: 'b', text: 'then', status: 'completed' },
    ]);
  });

  it('waits for an answer that is read, and is answered with it as its history', async () => {
    const conversation_id = newConversation();
    const held = hold(['first']);
    const index = model.requests.length;
    model.next(held, answer('second'));
    const reading = await read({ query: 'a', conversation_id });
    const waiting = service.post('/chat/stream', { query: 'b', conversation_id });
    expect(await Promise.race([waiting, pass(300, 'waits')])).toBe('waits');
    held.release();
    expect(foldFrames(await readFrames(await waiting))).toBe('second');
    expect((await reading.rest()).at(-1)!.data).toContain('"finish_reason":"stop"');
    const { body } = await model.requestArrived(index + 1);
    expect(body!.messages!.slice(-3).map(({ content }) => content)).toEqual(['a', 'first', 'b']);
  });

  it('is answered when the reader that it waits for leaves', async () => {
    const conversation_id = newConversation();
    model.next(hold(['half ']), answer('then'));
    const leaving = new AbortController();
    await read({ query: 'a', conversation_id }, leaving.signal);
    const waiting = service.post('/chat', { query: 'b', conversation_id });
    await pass(200);
    leaving.abort();
    expect(await (await waiting).json()).toMatchObject({ text: 'then' });
  });

  it('is refused when the answer is read for longer than CONVERSATION_WAIT_MS, and stores nothing', async () => {
    const conversation_id = newConversation();
    const held = hold(['first']);
    model.next(held);
    const reading = await read({ query: 'a', conversation_id });
    const from = performance.now();
    const refused = await untilRefused({ query: 'b', conversation_id });
    expect(performance.now() - from).toBeGreaterThanOrEqual(WAIT_MS - 50);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ code: 'turn_in_progress', retryable: true });
    held.release();
    await reading.rest();
    expect(await messagesOf(conversation_id)).toMatchObject([{ query: 'a', status: 'completed' }]);
  });

  it('is not asked when its caller hung up while it waited', async () => {
    const conversation_id = newConversation();
    const held = hold(['first']);
    model.next(held, answer('third'));
    const reading = await read({ query: 'a', conversation_id });
    const leaving = new AbortController();
    const waiting = ['/chat', '/chat/stream'].map((path) =>
      service.post(path, { query: 'b', conversation_id }, { signal: leaving.signal }),
    );
    await pass(100);
    const third = service.post('/chat', { query: 'c', conversation_id });
    await pass(100);
    leaving.abort();
    for (const one of waiting) await expect(one).rejects.toThrow();
    held.release();
    await reading.rest();
    expect(await (await third).json()).toMatchObject({ text: 'third' });
    expect((await messagesOf(conversation_id)).map(({ query }) => query)).toEqual(['a', 'c']);
  });

  it('is answered in one order with nine others that are asked at once', async () => {
    const conversation_id = newConversation();
    const index = model.requests.length;
    const queries = Array.from({ length: 10 }, (_, number) => `question ${number}`);
    model.next(...queries.map(() => answer('answer')));
    const asked = queries.map(async (query, number) => {
      const path = number % 2 === 0 ? '/chat' : '/chat/stream';
      const response = await service.post(path, { query, conversation_id, history_len: 20 });
      expect(response.status).toBe(200);
      await response.text();
    });
    await Promise.all(asked);
    const messages = await messagesOf(conversation_id);
    expect(messages.map(({ status }) => status)).toEqual(queries.map(() => 'completed'));
    const order = messages.map(({ query }) => query);
    expect([...order].sort()).toEqual(queries);
    // Each was asked with all that came before it.
    for (const [number, { body }] of model.requests.slice(index).entries()) {
      const said = body!.messages!.filter(({ role }) => role === 'user').map(({ content }) => content);
      expect(said).toEqual(order.slice(0, number + 1));
    }
  });

  it.each([{}, { user_id: 'u' }])('attaches when it is the same question again (%j)', async (user) => {
    const body = { query: 'a', conversation_id: newConversation(), ...user };
    const asked = model.requests.length;
    const held = hold(['whole']);
    model.next(held);
    await leave(body);
    const again = await service.post('/chat/stream', body);
    held.release();
    expect(foldFrames(await readFrames(again))).toBe('whole');
    expect(model.requests.length).toBe(asked + 1);
  });

  it('lets a repetition by its key, and by its event, attach while another question waits', async () => {
    const conversation_id = newConversation();
    const asked = model.requests.length;
    const held = hold(['first']);
    model.next(held, answer('second'));
    const first = { query: 'a', conversation_id };
    const headers = { 'idempotency-key': conversation_id };
    const reading = readSse(await service.post('/chat/stream', first, { headers }));
    const { id } = (await reading.next())!;
    const waiting = service.post('/chat', { query: 'b', conversation_id });
    await pass(100);
    const repeated = [
      await service.post('/chat/stream', first, { headers }),
      await service.post('/chat/stream', first, { headers: { 'last-event-id': id! } }),
    ];
    held.release();
    for (const one of repeated) expect(foldFrames(await readFrames(one))).toBe('first');
    await reading.rest();
    expect(await (await waiting).json()).toMatchObject({ text: 'second' });
    expect(model.requests.length).toBe(asked + 2);
  });

  it('is 404 at once in a conversation of another end user', async () => {
    const conversation_id = newConversation();
    const held = hold(['first']);
    model.next(held);
    const reading = await read({ query: 'a', conversation_id, user_id: 'one' });
    const from = performance.now();
    expect((await service.post('/chat', { query: 'b', conversation_id, user_id: 'two' })).status).toBe(404);
    expect(performance.now() - from).toBeLessThan(WAIT_MS / 2);
    held.release();
    await reading.rest();
  });

  it('is answered when its conversation is to be deleted after the answer that it waited for', async () => {
    const conversation_id = newConversation();
    const path = `/api/conversations/${conversation_id}`;
    const held = hold(['first']);
    // Held back too: a second answer that is complete before the DELETE would be deleted with its conversation.
    const heldSecond = hold(['second']);
    model.next(held, heldSecond);
    const reading = await read({ query: 'a', conversation_id });
    const waiting = service.post('/chat', { query: 'b', conversation_id });
    expect((await service.request('DELETE', path)).status).toBe(409);
    held.release();
    await reading.rest();
    // It comes before the second question, or while that is answered.
    const { status } = await service.request('DELETE', path);
    heldSecond.release();
    expect(await (await waiting).json()).toMatchObject({ text: 'second' });
    expect((await messagesOf(conversation_id)).map(({ query }) => query)).toEqual(
      status === 204 ? ['b'] : ['a', 'b'],
    );
    expect((await service.request('DELETE', path)).status).toBe(204);
  });
});

describe('A question of a client whose places at the model are all taken', () => {
  it('takes over the turn of its conversation that has lost its reader, and is refused in another one', async () => {
    const { model, service } = await startServiceWithModel({ LLM_MAX_IN_FLIGHT: '2' });
    model.next(hold(['half ']), answer('then'));
    const leaving = new AbortController();
    const body = { query: 'a', conversation_id: 'c', user_id: 'alice' };
    const stream = readSse(await service.post('/chat/stream', body, { signal: leaving.signal }));
    for (let text = ''; text === '';) text = (JSON.parse((await stream.next())!.data) as Frame).text!;
    leaving.abort();
    // Another end user may not end it.
    expect((await service.post('/chat', { ...body, query: 'b', user_id: 'bob' })).status).toBe(429);
    expect((await service.post('/chat', { ...body, query: 'b', conversation_id: 'd' })).status).toBe(429);
    const next = await service.post('/chat', { ...body, query: 'b' });
    expect(await next.json()).toMatchObject({ text: 'then' });
    await stopServiceWithModel({ model, service });
  });
});

describe('A question that waits when the service shuts down', () => {
  it('is refused with shutting_down, while the answer before it is drained', async () => {
    const { model, service } = await startServiceWithModel({ DRAIN_TIMEOUT_MS: '5000' });
    const held = hold(['first']);
    model.next(held);
    const body = { query: 'a', conversation_id: 'c' };
    const stream = readSse(await service.post('/chat/stream', body));
    await stream.next();
    const waiting = service.post('/chat', { ...body, query: 'b' });
    await pass(200);
    const stopping = service.app.close();
    const refused = await waiting;
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'shutting_down' }]);
    held.release();
    expect((await stream.rest()).at(-1)!.data).toContain('"finish_reason":"stop"');
    await stopping;
    await stopServiceWithModel({ model, service });
  });
});

import { setTimeout as pass } from 'node:timers/promises';
import { answer, hold } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { Replicas } from '../../support/service/replicas.js';
import type { TestService } from '../../support/service/service.js';
import { foldFrames, type Frame, type OpenStream, readFrames, readSse } from '../../support/service/sse.js';

/** Real: two services, which share a PostgreSQL and nothing else, and HTTP. Stand-in: the model. */
describe('A question in a conversation that is busy on another replica', () => {
  let model: ModelServer;
  let replicas: Replicas;
  let owner: TestService;
  let other: TestService;

  beforeAll(async () => {
    replicas = await Replicas.start({ CONVERSATION_WAIT_MS: '8000' });
    model = replicas.model;
    [owner, other] = replicas.services;
  });
  afterAll(() => replicas.stop());

  let count = 0;
  const newConversation = () => `far-${++count}`;

  async function messagesOf(
    conversation: string,
  ): Promise<{ query: string; text: string; status: string }[]> {
    const path = `/api/conversations/${conversation}/messages?limit=100`;
    const body = (await (await other.request('GET', path)).json()) as { messages: [] };
    return body.messages.reverse();
  }

  interface Reading {
    readonly stream: OpenStream;
    /** Of its first text. */
    readonly eventId: string;
    leave(): void;
  }

  async function read(
    service: TestService,
    body: object,
    headers?: Record<string, string>,
  ): Promise<Reading> {
    const leaving = new AbortController();
    const response = await service.post('/chat/stream', body, { signal: leaving.signal, headers });
    const stream = readSse(response);
    for (;;) {
      const { data, id } = (await stream.next())!;
      if ((JSON.parse(data) as Frame).text !== '')
        return { stream, eventId: id!, leave: () => leaving.abort() };
    }
  }

  it('is answered within two seconds when the reader has left', async () => {
    const conversation_id = newConversation();
    const index = model.requests.length;
    model.next(hold(['half ']), answer('then'));
    const { leave } = await read(owner, { query: 'a', conversation_id });
    leave();
    const from = performance.now();
    const second = await other.post('/chat', { query: 'b', conversation_id });
    expect(await second.json()).toMatchObject({ text: 'then' });
    expect(performance.now() - from).toBeLessThan(2_000);
    expect((await model.requestClosed(index)).isAborted).toBe(true);
    expect(await messagesOf(conversation_id)).toMatchObject([
      { query: 'a', text: 'half ', status: 'cancelled' },
      { query: 'b', text: 'then', status: 'completed' },
    ]);
  });

  it('waits for an answer that is read there', async () => {
    const conversation_id = newConversation();
    const held = hold(['first']);
    model.next(held, answer('second'));
    const { stream } = await read(owner, { query: 'a', conversation_id });
    const waiting = other.post('/chat/stream', { query: 'b', conversation_id });
    expect(await Promise.race([waiting, pass(1_000, 'waits')])).toBe('waits');
    held.release();
    expect((await stream.rest()).at(-1)!.data).toContain('"finish_reason":"stop"');
    expect(foldFrames(await readFrames(await waiting))).toBe('second');
  });

  it('waits, on either replica, for an answer that is read through the other, until that reader leaves', async () => {
    const conversation_id = newConversation();
    const body = { query: 'a', conversation_id };
    model.next(hold(['half ', 'more ']), answer('then'), answer('then'));
    const here = await read(owner, body);
    const fromStart = { 'last-event-id': here.eventId.replace(/\d+$/, '0') };
    // Two read it from afar; one of them leaves.
    const far = await read(other, body, fromStart);
    const further = await read(other, body, fromStart);
    here.leave();
    further.leave();
    const waiting = [owner, other].map((service, index) =>
      service.post('/chat', { query: `b${index}`, conversation_id }),
    );
    expect(await Promise.race([...waiting, pass(1_500, 'waits')])).toBe('waits');
    far.leave();
    const from = performance.now();
    for (const response of await Promise.all(waiting))
      expect(await response.json()).toMatchObject({ text: 'then' });
    expect(performance.now() - from).toBeLessThan(3_000);
    expect((await messagesOf(conversation_id)).map(({ status }) => status)).toEqual([
      'cancelled',
      'completed',
      'completed',
    ]);
  });

  it('attaches there when it is the same question again', async () => {
    const body = { query: 'a', conversation_id: newConversation() };
    const asked = model.requests.length;
    const held = hold(['whole']);
    model.next(held);
    const { leave } = await read(owner, body);
    leave();
    const again = await read(other, body);
    held.release();
    await again.stream.rest();
    expect(model.requests.length).toBe(asked + 1);
  });

  it('is answered in one order with nineteen others that are asked at once on both', async () => {
    const conversation_id = newConversation();
    const index = model.requests.length;
    const queries = Array.from({ length: 20 }, (_, number) => `question ${number}`);
    model.next(...queries.map(() => answer('answer')));
    const asked = queries.map(async (query, number) => {
      const service = number % 2 === 0 ? owner : other;
      const path = number % 3 === 0 ? '/chat/stream' : '/chat';
      const response = await service.post(path, { query, conversation_id, history_len: 50 });
      await response.text();
      return response.status;
    });
    expect(await Promise.all(asked)).toEqual(queries.map(() => 200));
    const messages = await messagesOf(conversation_id);
    expect(messages.map(({ status }) => status)).toEqual(queries.map(() => 'completed'));
    const order = messages.map(({ query }) => query);
    expect([...order].sort()).toEqual([...queries].sort());
    for (const [number, { body }] of model.requests.slice(index).entries()) {
      const said = body!.messages!.filter(({ role }) => role === 'user').map(({ content }) => content);
      expect(said).toEqual(order.slice(0, number + 1));
    }
  });
});

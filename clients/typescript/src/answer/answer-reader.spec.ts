import {
  type Answering,
  ScriptedService,
  status,
  stream,
  streamThenSilence,
} from '../../../../test/support/service/scripted-service.js';
import type { AnswerEvent } from './answer-event.js';
import { type ChatClientOptions, ConnectionError, createChatClient, ProblemError } from '../chat-client.js';

const ID = '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11';
const QUICK = { firstDelayMs: 2, maxDelayMs: 4, maxAttempts: 3 };

const frame = (seq: number, data: object) => `id: ${ID}:${seq}\ndata: ${JSON.stringify(data)}\n\n`;
const STARTED = frame(1, { data: '', chat_id: ID });
const HALF = frame(2, { data: 'half ' });
const REST = frame(3, { data: 'of it' });
const ENDED = frame(4, { data: '', finish_reason: 'stop', usage: { input_tokens: 1, output_tokens: 2 } });
const HEARTBEAT = 'data: {"data":""}\n\n';

const problem = (code: string, retryable: boolean) => ({ code, retryable, detail: `It is ${code}.` });
const OVERLOADED = problem('service_overloaded', true);

/** Real: HTTP. Stand-in: a service with rare behaviour, or a proxy in front of it. */
describe('Reading an answer', () => {
  let service: ScriptedService | undefined;

  afterEach(async () => {
    await service?.stop();
    service = undefined;
  });

  async function ask(answers: Answering[], options: Partial<ChatClientOptions> = {}) {
    service = await ScriptedService.start(...answers);
    const client = createChatClient({ baseUrl: service.url, key: 'k', reconnect: QUICK, ...options });
    const events: AnswerEvent[] = [];
    let error: unknown;
    const pending = client.ask({ question: 'q', uid: 'u' });
    try {
      for await (const event of pending) events.push(event);
    } catch (thrown) {
      error = thrown;
    }
    const pauses = events.flatMap((event) => (event.type === 'reconnecting' ? [event.delayMs] : []));
    const end = events.at(-1);
    const text = end?.type === 'completed' ? end.answer.text : undefined;
    return { events, error, pauses, text, requests: service.requests };
  }

  it.each([
    [400, 'validation_failed', false],
    [401, 'unauthorized', false],
    [404, 'not_found', false],
    [409, 'turn_in_progress', true],
    [429, 'too_many_requests', true],
    [500, 'internal_error', false],
  ])('stops at %i %s', async (code, name, retryable) => {
    const { error, requests } = await ask([status(code, problem(name, retryable))]);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({
      status: code,
      code: name,
      isRetryable: retryable,
      message: `It is ${name}.`,
    });
    expect(requests).toHaveLength(1);
  });

  it('stops at a 4xx of something else in front of the service', async () => {
    const { error, requests } = await ask([status(413, '<h1>413 Request Entity Too Large</h1>')]);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ status: 413, problem: undefined, code: undefined, isRetryable: false });
    expect(requests).toHaveLength(1);
  });

  it('stops at what is no stream', async () => {
    const page: Answering = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>');
    const { error, requests } = await ask([page]);
    expect(error).toBeInstanceOf(ConnectionError);
    expect((error as Error).message).toContain('text/html');
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['a problem', status(503, OVERLOADED)],
    ['a page of a proxy', status(502, '<h1>502 Bad Gateway</h1>')],
  ])('asks again after a 5xx with %s, under the same key', async (_name, refusal) => {
    const { text, requests } = await ask([refusal, refusal, stream(STARTED, HALF, REST, ENDED)]);
    expect(text).toBe('half of it');
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual(Array(3).fill('POST /api/chat'));
    const keys = new Set(requests.map(({ headers }) => headers['idempotency-key']));
    expect([...keys]).toEqual([expect.stringMatching(/^[\da-f]{32}$/)]);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
  });

  it('stops after as many attempts as it may make, and says why', async () => {
    const { error, requests, pauses } = await ask([status(503, OVERLOADED)]);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ status: 503, code: 'service_overloaded', partial: { text: '' } });
    expect([requests.length, pauses.length]).toEqual([4, 3]);
  });

  it('waits for as long as a 503 asks, and not much longer', async () => {
    const startedAt = performance.now();
    const refusal = status(503, OVERLOADED, { 'retry-after': '1' });
    const { text, pauses } = await ask([refusal, stream(STARTED, HALF, REST, ENDED)]);
    expect(text).toBe('half of it');
    expect(pauses).toEqual([expect.any(Number)]);
    expect(pauses[0]).toBeGreaterThanOrEqual(1_000);
    expect(pauses[0]).toBeLessThan(1_000 + QUICK.maxDelayMs);
    // A timer of Node may be early by a fraction of a millisecond.
    expect(performance.now() - startedAt).toBeGreaterThan(995);
  });

  it('does not wait for an hour', async () => {
    const { error, requests } = await ask([status(503, OVERLOADED, { 'retry-after': '3600' })]);
    expect(error).toMatchObject({ status: 503, retryAfterMs: 3_600_000 });
    expect(requests).toHaveLength(1);
  });

  it('goes on where it was, by the id of the last complete frame', async () => {
    const cut = REST.slice(0, -10);
    const { text, events, requests } = await ask([stream(STARTED, HALF, cut), stream(REST, ENDED)]);
    expect(text).toBe('half of it');
    expect(events.map(({ type }) => type)).toEqual(['started', 'text', 'reconnecting', 'text', 'completed']);
    const { method, url, headers, body } = requests[1]!;
    expect([method, url, body]).toEqual(['GET', `/api/chat/${ID}/stream`, '']);
    expect(headers).toMatchObject({ authorization: 'Bearer k', 'last-event-id': `${ID}:2` });
  });

  it('keeps its place when a new connection brings nothing but a heartbeat', async () => {
    const { text, requests } = await ask([stream(STARTED, HALF), stream(HEARTBEAT), stream(REST, ENDED)]);
    expect(text).toBe('half of it');
    expect(requests[2]!.headers['last-event-id']).toBe(`${ID}:2`);
  });

  it('reads a frame again that came broken', async () => {
    const broken = `id: ${ID}:2\ndata: {"data":"ha\n\n`;
    const { text, requests } = await ask([stream(STARTED, broken), stream(HALF, REST, ENDED)]);
    expect(text).toBe('half of it');
    expect(requests[1]!.headers['last-event-id']).toBe(`${ID}:1`);
  });

  it('counts failures in a row only: each frame that comes gives it new patience', async () => {
    const deltas = Array.from({ length: 10 }, (_, index) => stream(frame(index + 2, { data: 'x' })));
    const { text, pauses } = await ask([stream(STARTED), ...deltas, stream(frame(12, { data: '' }), ENDED)]);
    expect(text).toBe('x'.repeat(10));
    expect(pauses).toHaveLength(11);
  });

  it('comes back when nothing has come for too long', async () => {
    const answers = [streamThenSilence(STARTED, HALF), streamThenSilence(), stream(REST, ENDED)];
    const { text, pauses } = await ask(answers, { idleTimeoutMs: 40 });
    expect([text, pauses.length]).toEqual(['half of it', 2]);
  });

  it('stops in the end when undefined options say nothing else', async () => {
    const options = { reconnect: { ...QUICK, maxAttempts: undefined }, idleTimeoutMs: undefined };
    const { error, pauses } = await ask([status(503, OVERLOADED)], options);
    expect(error).toMatchObject({ status: 503 });
    expect(pauses).toHaveLength(10);
  });

  it('comes back when there is not even a head for too long', async () => {
    const { text } = await ask([() => undefined, stream(STARTED, HALF, REST, ENDED)], { idleTimeoutMs: 40 });
    expect(text).toBe('half of it');
  });

  it('throws when the stream ends for good without its last frame, with what there is', async () => {
    const { error, requests } = await ask([stream(STARTED, HALF), stream()]);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ partial: { chatId: ID, text: 'half ' } });
    expect(requests).toHaveLength(4);
  });

  it('throws rather than read the beginning twice, when frames have no ids', async () => {
    const withoutId = (text: string) => text.replace(/^id: .*\n/, '');
    const { error, requests } = await ask([stream(withoutId(STARTED), withoutId(HALF))]);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['frames that say nothing', stream('data: {"choices":[]}\n\n')],
    ['frames that say nothing, with ids', stream('id: 1\ndata: {}\n\n', 'id: 2\ndata: {}\n\n')],
    ['heartbeats', stream(HEARTBEAT, HEARTBEAT)],
    ['what is no JSON', stream('data: Hello.\n\n')],
  ])('stops when its question is answered with nothing but %s', async (_name, foreign) => {
    const { error, requests } = await ask([foreign]);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(requests).toHaveLength(4);
  });

  it.each([
    ['text', HALF],
    ['an end', ENDED],
    ['a BREAK', frame(2, { action: 'BREAK' })],
  ])('stops at a stream that begins with %s: it is that of something else', async (_name, first) => {
    const { error, events, requests } = await ask([stream(first, REST, ENDED)]);
    expect(error).toBeInstanceOf(ConnectionError);
    expect((error as Error).message).toContain('not the service');
    expect([events, requests.length]).toEqual([[], 1]);
  });

  it('throws the problem of an answer that failed before it began', async () => {
    const failed = { ...problem('model_failed', true), status: 502 };
    const { error, requests } = await ask([stream(frame(1, { data: '', error: failed }))]);
    expect(error).toMatchObject({ status: 502, code: 'model_failed', partial: { text: '' } });
    expect(requests).toHaveLength(1);
  });

  it('keeps its patience with an answer that has begun, as long as heartbeats come', async () => {
    const silent = Array<Answering>(5).fill(stream(HEARTBEAT));
    const { text, pauses } = await ask([stream(STARTED), ...silent, stream(HALF, REST, ENDED)]);
    expect([text, pauses.length]).toEqual(['half of it', 6]);
  });

  it('says why it comes back: a refusal, or a connection that dropped', async () => {
    const { events } = await ask([status(503, OVERLOADED), stream(STARTED, HALF), stream(REST, ENDED)]);
    const causes = events.flatMap((event) => (event.type === 'reconnecting' ? [event.cause] : []));
    expect(causes).toEqual([expect.any(ProblemError), expect.any(Error)]);
    expect(causes).toMatchObject([
      { status: 503, code: 'service_overloaded' },
      { message: 'The stream ended without its last frame' },
    ]);
  });

  it('asks the same again, though its caller has changed the objects of the question', async () => {
    service = await ScriptedService.start(status(503, OVERLOADED), stream(STARTED, HALF, REST, ENDED));
    const client = createChatClient({
      baseUrl: service.url,
      key: () => Promise.resolve('k'),
      reconnect: QUICK,
    });
    const history: [string, string][] = [['q', 'a']];
    const pending = client.ask({ question: 'q', uid: 'u', history });
    history.push(['changed', 'changed']);
    await pending;
    const bodies = service.requests.map(({ body }) => JSON.parse(body) as unknown);
    expect(bodies).toEqual(Array(2).fill({ question: 'q', uid: 'u', history: [['q', 'a']] }));
  });

  it('stops when what it comes back for is gone', async () => {
    const { error } = await ask([stream(STARTED, HALF), status(404, problem('not_found', false))]);
    expect(error).toMatchObject({ code: 'not_found', partial: { chatId: ID, text: 'half ' } });
  });

  it('is complete with its last frame, though the connection stays open, or breaks', async () => {
    for (const answer of [streamThenSilence, stream]) {
      const { text, pauses } = await ask([answer(STARTED, HALF, REST, ENDED)]);
      expect([text, pauses]).toEqual(['half of it', []]);
      await service!.stop();
    }
  });

  it('keeps the connections of complete answers for further requests', async () => {
    // As of the service: the end of a stream comes a moment after the last frame.
    let closed = Promise.resolve();
    const endLater: Answering = (response) => {
      closed = new Promise((resolve) => void response.once('close', resolve));
      streamThenSilence(STARTED, HALF, ENDED)(response);
      setTimeout(() => response.end(), 5);
    };
    await ask([endLater]);
    const client = createChatClient({ baseUrl: service!.url, key: 'k' });
    for (let count = 0; count < 10; count++) {
      await closed;
      await client.ask({ query: 'q' });
    }
    expect(service!.requests).toHaveLength(11);
    expect(service!.connectionCount).toBeLessThan(6);
  });

  it('ends in the middle of a pause when its caller aborts', async () => {
    service = await ScriptedService.start(status(503, OVERLOADED, { 'retry-after': '30' }));
    const leaving = new AbortController();
    const client = createChatClient({ baseUrl: service.url, key: 'k' });
    const reading = client.ask({ query: 'q' }, { signal: leaving.signal })[Symbol.asyncIterator]();
    expect((await reading.next()).value).toMatchObject({ type: 'reconnecting' });
    const next = reading.next();
    leaving.abort();
    await expect(next).rejects.toMatchObject({ name: 'AbortError' });
    expect(service.requests).toHaveLength(1);
  });
});

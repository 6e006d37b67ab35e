import { DataSource } from 'typeorm';
import { answer, answerOf, hold } from '../../support/model/model-server.answers.js';
import { gate } from '../../support/model/model-server.exchange.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { delta, think } from '../../support/model/model-server.steps.js';
import { Replicas } from '../../support/service/replicas.js';
import type { TestService } from '../../support/service/service.js';
import {
  foldFrames,
  foldReasoningFrames,
  type Frame,
  type OpenStream,
  readSse,
} from '../../support/service/sse.js';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

const STREAMS: [string, object][] = [
  ['/chat/stream', { query: 'q', user_id: 'u' }],
  ['/api/chat', { question: 'q', uid: UID }],
];

/**
 * Real: two services, which share a PostgreSQL and nothing else, and HTTP. Stand-in: the model. The embedded
 * database has one owner.
 */
describe('Of two replicas, the replica that does not answer a turn', () => {
  let model: ModelServer;
  let replicas: Replicas;
  let owner: TestService;
  let other: TestService;

  beforeAll(async () => {
    replicas = await Replicas.start({ CONVERSATION_WAIT_MS: '500' });
    model = replicas.model;
    [owner, other] = replicas.services;
  });
  afterAll(() => replicas.stop());

  const parse = (data: string): Frame => (data === '[DONE]' ? { done: true } : (JSON.parse(data) as Frame));
  const parseAll = async (stream: OpenStream) => (await stream.rest()).map(({ data }) => parse(data));
  const receiptOf = async (id: string) =>
    (await (await other.request('GET', `/api/chat/${id}`)).json()) as { text: string; status: string };

  /** Reads up to the first text. */
  async function readFirst(stream: OpenStream): Promise<{ frames: Frame[]; id: string }> {
    const frames: Frame[] = [];
    for (let event = await stream.next(); event; event = await stream.next()) {
      frames.push(parse(event.data));
      if (frames.at(-1)!.text || frames.at(-1)!.data) return { frames, id: event.id! };
    }
    throw new Error('The stream ended early');
  }

  it.each(STREAMS)('resumes a stream of %s, and goes on live', async (path, body) => {
    const asked = model.requests.length;
    const held = hold(['half ', 'of it. ']);
    model.next(held);
    const leaving = new AbortController();
    const first = await readFirst(readSse(await owner.post(path, body, { signal: leaving.signal })));
    leaving.abort();
    const headers = { 'last-event-id': first.id };
    const resumed = readSse(await other.post(path, body, { headers }));
    const second = await readFirst(resumed);
    held.release();
    const frames = [...first.frames, ...second.frames, ...(await parseAll(resumed))];
    const { text, status } = await receiptOf(first.id.split(':')[0]!);
    expect([foldFrames(frames), status]).toEqual([text, 'completed']);
    expect(frames.filter(({ finish_reason }) => finish_reason === 'stop')).toHaveLength(1);
    expect(model.requests.length).toBe(asked + 1);
  });

  it.each(STREAMS)('shows what the model thinks, live and afterwards: %s', async (path, body) => {
    const { wait, open } = gate();
    model.next(answerOf(think('One. '), think('Two. '), wait, think('Three.'), delta('Hi')));
    const headers = { 'think-status': 'ON' };
    const asked = { ...body, reasoning: true };
    const stream = readSse(await owner.post(path, asked, { headers }));
    const id = (await stream.next())!.id!;
    const follow = async () =>
      readSse(await other.request('GET', `/api/chat/${id.split(':')[0]}/stream?reasoning=true`));
    const live = await follow();
    const seen: Frame[] = [];
    while (foldReasoningFrames(seen) !== 'One. Two. ') seen.push(parse((await live.next())!.data));
    open();
    for (const frames of [[...seen, ...(await parseAll(live))], await parseAll(await follow())]) {
      expect(foldFrames(frames)).toBe('Hi');
      expect(foldReasoningFrames(frames)).toBe('One. Two. Three.');
    }
    await stream.rest();
  });

  it.each(STREAMS)('tells a reader of %s that its turn was deleted', async (path, body) => {
    const held = hold(['half ']);
    model.next(held);
    const leaving = new AbortController();
    const first = await readFirst(readSse(await owner.post(path, body, { signal: leaving.signal })));
    const { id } = first;
    leaving.abort();
    const resumed = readSse(await other.post(path, body, { headers: { 'last-event-id': id } }));
    await owner.app.get(DataSource).query('DELETE FROM turn WHERE id = $1', [id.split(':')[0]]);
    const frames = (await parseAll(resumed)).filter(({ done }) => !done);
    expect(frames.at(-1)).toMatchObject({ error: { code: 'turn_interrupted' } });
    // Variant B voids what its reader has, variant A says how much of it is stored.
    const stored = frames.at(-1)!.stored_chars ?? foldFrames([...first.frames, ...frames]).length;
    expect(stored).toBe(0);
    held.release();
  });

  it.each(STREAMS)('stops a turn of %s within a second', async (path, body) => {
    const index = model.requests.length;
    model.next(hold(['half ']));
    const stream = readSse(await owner.post(path, body));
    const { id } = await readFirst(stream);
    const from = performance.now();
    const stopping = other.request('POST', `/api/chat/${id.split(':')[0]}/stop`);
    expect((await model.requestClosed(index)).isAborted).toBe(true);
    expect(performance.now() - from).toBeLessThan(1_000);
    expect(await (await stopping).json()).toMatchObject({ status: 'cancelled', characters: 5 });
    expect(await parseAll(stream)).toContainEqual(expect.objectContaining({ finish_reason: 'cancelled' }));
  });

  it.each(STREAMS)('attaches a repetition of %s by its key while the first is read', async (path, body) => {
    const asked = model.requests.length;
    const held = hold(['half ']);
    model.next(held);
    const headers = { 'idempotency-key': `key-of-${path}` };
    const first = readSse(await owner.post(path, body, { headers }));
    const second = readSse(await other.post(path, body, { headers }));
    const read = [await readFirst(first), await readFirst(second)];
    held.release();
    expect(read[1]).toEqual(read[0]);
    expect(await parseAll(second)).toEqual(await parseAll(first));
    expect(model.requests.length).toBe(asked + 1);
  });

  it.each(STREAMS)(
    'attaches a repetition of %s without a key when its reader has gone',
    async (path, body) => {
      const asked = model.requests.length;
      const held = hold(['half ']);
      model.next(held);
      const leaving = new AbortController();
      const lost = readSse(await owner.post(path, body, { signal: leaving.signal }));
      const { id } = await readFirst(lost);
      leaving.abort();
      const again = readSse(await other.post(path, body));
      expect((await readFirst(again)).id).toBe(id);
      held.release();
      await again.rest();
      expect(model.requests.length).toBe(asked + 1);
    },
  );

  it('refuses a second question in a conversation whose first is read for longer than it may wait', async () => {
    const held = hold(['half ']);
    model.next(held, answer('then'));
    const body = { query: 'first', conversation_id: 'busy' };
    const stream = readSse(await owner.post('/chat/stream', body));
    await readFirst(stream);
    const refused = await other.post('/chat', { ...body, query: 'second' });
    expect(refused.status).toBe(409);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ code: 'turn_in_progress', retryable: true });
    held.release();
    await stream.rest();
    expect((await other.post('/chat', { ...body, query: 'second' })).status).toBe(200);
  });
});

import { answer, hold } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { foldFrames, type Frame, type OpenStream, readFrames, readSse } from '../../support/service/sse.js';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

const STREAMS: [string, object][] = [
  ['/chat/stream', { query: 'q', conversation_id: 'c' }],
  ['/api/chat', { question: 'q', uid: UID }],
];

/** Real: the complete service, its database, HTTP both ways. Stand-in: the model behind its server. */
describe('A stream that broke off', () => {
  let model: ModelServer;
  let service: TestService;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' }));
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  const parse = (data: string): Frame => (data === '[DONE]' ? { done: true } : (JSON.parse(data) as Frame));
  const receipt = async (id: string) =>
    (await (await service.request('GET', `/api/chat/${id}`)).json()) as { text: string; status: string };

  /** The frames up to and with the first text, and the id of the last of them. */
  async function readFirst(stream: OpenStream): Promise<{ frames: Frame[]; id: string }> {
    const frames: Frame[] = [];
    for (;;) {
      const event = await stream.next();
      if (!event) throw new Error('The stream ended early');
      frames.push(parse(event.data));
      if (frames.at(-1)!.text || frames.at(-1)!.data) return { frames, id: event.id! };
    }
  }

  it.each(STREAMS)(
    'on %s goes on live after the last frame, when the same body is posted again',
    async (path, body) => {
      const held = hold(['half ', 'of it']);
      model.next(held);
      const asked = model.requests.length;
      const leaving = new AbortController();
      const first = await readFirst(readSse(await service.post(path, body, { signal: leaving.signal })));
      leaving.abort();
      const resumed = readSse(await service.post(path, body, { headers: { 'last-event-id': first.id } }));
      held.release();
      const rest = (await resumed.rest()).map(({ data }) => parse(data));
      const [turnId] = first.id.split(':');
      expect(foldFrames([...first.frames, ...rest])).toBe((await receipt(turnId!)).text);
      expect(model.requests.length).toBe(asked + 1);
    },
  );

  it.each(STREAMS)(
    'on %s gives the caller the same text after a drop at every single frame',
    async (path, body) => {
      model.next(answer(['One. ', 'Two. ', 'Three. ']));
      const asked = model.requests.length;
      const whole = await readSse(await service.post(path, body)).rest();
      const frames = whole.map(({ data }) => parse(data));
      const { text } = await receipt((frames[0]!.chat_id ?? frames[0]!.message_id)!);
      expect(foldFrames(frames)).toBe(text);
      for (const [index, { id }] of whole.entries()) {
        const resumed = await service.post(path, body, { headers: { 'last-event-id': id! } });
        const rest = await readFrames(resumed);
        expect(foldFrames([...frames.slice(0, index + 1), ...rest])).toBe(text);
        // The end comes whatever the reader has, and comes last.
        const end = frames.slice(frames.findIndex((frame) => frame.finish_reason));
        expect(rest.slice(-end.length)).toEqual(end);
      }
      expect(model.requests.length).toBe(asked + 1);
    },
  );

  it.each(STREAMS)(
    'on %s can be followed by GET, from any frame on, in its own variant',
    async (path, body) => {
      model.next(answer(['One. ', 'Two. ']));
      const whole = await readSse(await service.post(path, body)).rest();
      const [turnId] = whole[0]!.id!.split(':');
      const follow = async (headers?: Record<string, string>) =>
        readSse(await service.request('GET', `/api/chat/${turnId}/stream`, { headers })).rest();
      const text = (events: readonly { data: string }[]) => foldFrames(events.map(({ data }) => parse(data)));
      const all = await follow();
      expect(text(all)).toBe(text(whole));
      // Deltas may come joined, under the id of the last: every id is one of the first reading.
      expect(whole.map(({ id }) => id)).toEqual(expect.arrayContaining(all.map(({ id }) => id)));
      expect(all.at(-1)).toEqual(whole.at(-1));
      const rest = await follow({ 'last-event-id': whole[1]!.id! });
      expect(text([...whole.slice(0, 2), ...rest])).toBe(text(whole));
    },
  );

  it('is answered completely as JSON when the caller asks for that', async () => {
    model.next(answer('whole'));
    const body = { query: 'json', conversation_id: 'c-json' };
    const stream = await readSse(await service.post('/chat/stream', body)).rest();
    const response = await service.post('/chat', body, { headers: { 'last-event-id': stream[1]!.id! } });
    expect(await response.json()).toMatchObject({ text: 'whole', message_id: stream[0]!.id!.split(':')[0] });
  });

  it.each([
    ['with another body', { question: 'other', uid: UID }, (id: string) => id, 409],
    ['malformed', undefined, () => 'abc', 404],
    ['of a number alone', undefined, () => '3', 404],
    ['with a negative number', undefined, (id: string) => id.replace(/:\d+$/, ':-1'), 404],
    ['of an unknown turn', undefined, () => '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11:1', 404],
  ])('is refused %s', async (_name, otherBody, change, status) => {
    model.next(answer('ok'));
    const body = { question: 'mine', uid: UID };
    const stream = await readSse(await service.post('/api/chat', body)).rest();
    const response = await service.post('/api/chat', otherBody ?? body, {
      headers: { 'last-event-id': change(stream[0]!.id!) },
    });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('of another client does not exist', async () => {
    model.next(answer('ok'));
    const body = { question: 'mine', uid: UID };
    const stream = await readSse(await service.post('/api/chat', body)).rest();
    const key = await service.addClient('stranger');
    const headers = { 'last-event-id': stream[0]!.id! };
    const [turnId] = stream[0]!.id!.split(':');
    expect((await service.post('/api/chat', body, { key, headers })).status).toBe(404);
    expect((await service.request('GET', `/api/chat/${turnId}/stream`, { key })).status).toBe(404);
    expect((await service.request('POST', `/api/chat/${turnId}/stop`, { key })).status).toBe(404);
  });
});

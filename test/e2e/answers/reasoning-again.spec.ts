import { ClientService } from '../../../src/auth/client.service.js';
import { answerOf } from '../../support/model/model-server.answers.js';
import { gate, script } from '../../support/model/model-server.exchange.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { delta, end, head, role, think } from '../../support/model/model-server.steps.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { foldFrames, foldReasoningFrames, type Frame, readSse } from '../../support/service/sse.js';
import { askToSeeReasoning, readReceipt, UID } from '../../support/service/ways-to-ask.js';

interface WireEvent {
  readonly id?: string;
  readonly data: string;
}

const framesOf = (events: readonly WireEvent[]): Frame[] =>
  events.flatMap(({ data }) => (data === '[DONE]' ? [] : [JSON.parse(data) as Frame]));
/** A reader that has the end gets nothing, after some repetitions of it. */
const readRest = (response: Response) => (response.status === 204 ? [] : readSse(response).rest());
const folded = (events: readonly WireEvent[]) => ({
  text: foldFrames(framesOf(events)),
  reasoning: foldReasoningFrames(framesOf(events)),
});

interface Route {
  readonly path: string;
  readonly body: object;
  /** The same question of a caller that does not want the reasoning. */
  readonly blind: object;
  readonly headers: Record<string, string>;
}

const ROUTES: readonly Route[] = [
  { path: '/chat/stream', body: { query: 'q', reasoning: true }, blind: { query: 'q' }, headers: {} },
  {
    path: '/api/chat',
    body: { question: 'q', uid: UID },
    blind: { question: 'q', uid: UID },
    headers: { 'think-status': 'ON' },
  },
];

/** Real: the service, its database, HTTP both ways. Stand-in: a model that reasons. */
describe('A turn with reasoning that is read again', () => {
  let model: ModelServer;
  let service: TestService;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '1' }));
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  const idOf = (events: readonly WireEvent[]) => events[0]!.id!.split(':')[0]!;

  async function expectReceipt(events: readonly WireEvent[]): Promise<void> {
    const { text, reasoning = '' } = await readReceipt(service, idOf(events));
    expect(folded(events)).toEqual({ text, reasoning });
  }

  it.each(ROUTES)(
    'goes on in the middle of its reasoning, while the model thinks: $path',
    async ({ path, body, headers }) => {
      const { wait, open } = gate();
      model.next(answerOf(think('One. '), wait, think('Two.'), delta('Hi')));
      const leaving = new AbortController();
      const stream = readSse(await service.post(path, body, { headers, signal: leaving.signal }));
      const seen: WireEvent[] = [];
      while (folded(seen).reasoning === '') seen.push((await stream.next())!);
      leaving.abort();
      const again = { ...headers, 'last-event-id': seen.at(-1)!.id! };
      const resumed = readSse(await service.post(path, body, { headers: again }));
      open();
      const all = [...seen, ...(await resumed.rest())];
      expect(folded(all)).toEqual({ text: 'Hi', reasoning: 'One. Two.' });
      await expectReceipt(all);
    },
  );

  it.each(ROUTES)(
    'gives its caller the same after a drop at every single frame: $path',
    async ({ path, body, headers }) => {
      const asked = model.requests.length;
      model.next(
        script(head(), role(), think('First. '), end()),
        answerOf(think('One. '), delta('A. '), think('Two. '), delta('B. '), think('Three.')),
      );
      const whole = await readSse(await service.post(path, body, { headers })).rest();
      await expectReceipt(whole);
      for (const [index, { id }] of whole.entries()) {
        const seen = whole.slice(0, index + 1);
        const again = { ...headers, 'last-event-id': id! };
        const posted = await readRest(await service.post(path, body, { headers: again }));
        expect(folded([...seen, ...posted])).toEqual(folded(whole));
        const route = `/api/chat/${idOf(whole)}/stream?reasoning=true`;
        const last = { 'last-event-id': id! };
        const followed = await readRest(await service.request('GET', route, { headers: last }));
        expect(folded([...seen, ...followed])).toEqual(folded(whole));
      }
      expect(model.requests.length).toBe(asked + 2);
    },
  );

  it.each(ROUTES)(
    'shows its reasoning to each reader that asks for it, and to no other: $path',
    async ({ path, body, blind, headers }) => {
      model.next(answerOf(think('Hm.'), delta('Hi')));
      const key = { 'idempotency-key': `show-${path}` };
      const asked = model.requests.length;
      const first = await readSse(await service.post(path, blind, { headers: key })).rest();
      expect(folded(first)).toEqual({ text: 'Hi', reasoning: '' });
      // The same question: what it shows is no part of what it asks.
      const second = await readSse(
        await service.post(path, body, { headers: { ...key, ...headers } }),
      ).rest();
      expect(folded(second)).toEqual({ text: 'Hi', reasoning: 'Hm.' });
      expect(idOf(second)).toBe(idOf(first));
      const last = { 'last-event-id': second[1]!.id! };
      const resumed = await readSse(await service.post(path, blind, { headers: last })).rest();
      expect(folded(resumed)).toEqual({ text: 'Hi', reasoning: '' });
      const follow = async (query: string, more?: Record<string, string>) =>
        folded(
          await readSse(
            await service.request('GET', `/api/chat/${idOf(first)}/stream${query}`, { headers: more }),
          ).rest(),
        );
      expect(await follow('')).toEqual({ text: 'Hi', reasoning: '' });
      expect(await follow('?reasoning=false')).toEqual({ text: 'Hi', reasoning: '' });
      expect(await follow('?reasoning=1')).toEqual({ text: 'Hi', reasoning: 'Hm.' });
      const isQa = path === '/api/chat';
      expect((await follow('', { 'think-status': 'on' })).reasoning).toBe(isQa ? 'Hm.' : '');
      expect(model.requests.length).toBe(asked + 1);
    },
  );

  it('refuses a parameter of the stream that it cannot read', async () => {
    model.next(answerOf(delta('Hi')));
    const { receipt, frames } = await askToSeeReasoning(service, 'stream');
    expect(receipt!.status).toBe('completed');
    const response = await service.request(
      'GET',
      `/api/chat/${frames[0]!.message_id}/stream?reasoning=perhaps`,
    );
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ pointer: '?reasoning' }] });
  });

  it('shows the reasoning of a question on /v1 in the frames of the Conversation API', async () => {
    model.next(answerOf(think('Hm.'), delta('Hi')));
    const { receipt, frames } = await askToSeeReasoning(service, 'openai');
    const [{ id } = { id: '' }] = frames as readonly { id?: string }[];
    const response = await service.request('GET', `/api/chat/${id}/stream?reasoning=true`);
    const { text, reasoning } = receipt!;
    expect(folded(await readSse(response).rest())).toEqual({ text, reasoning });
  });

  it('is complete in a JSON answer that comes as one frame', async () => {
    const key = await service.addClient('whole');
    await service.app.get(ClientService).changeSettings('whole', { wholeAnswer: 'sse' });
    model.next(answerOf(think('Hm.'), delta('Hi')));
    const body = { query: 'q', stream: false, reasoning: true };
    const [only, ...rest] = await readSse(await service.post('/chat', body, { key })).rest();
    expect(rest).toEqual([]);
    expect(JSON.parse(only!.data)).toMatchObject({ text: 'Hi', reasoning: 'Hm.' });
  });

  it.each([
    ['/chat/stream', { query: 'fails', reasoning: true }],
    ['/api/chat', { question: 'fails', uid: UID }],
  ])('keeps the reasoning of an answer that failed: %s', async (path, body) => {
    const broken = script(head(), role(), think('Half a thought.'), end());
    model.next(broken, broken);
    const headers = { 'think-status': 'ON' };
    const events = await readSse(await service.post(path, body, { headers })).rest();
    expect(framesOf(events).at(-1)).toHaveProperty('error');
    await expectReceipt(events);
    expect(folded(events).reasoning).toMatch('Half a thought.');
  });

  it.each(ROUTES)('leaves in frames of at most 16 KiB: $path', async ({ path, body, headers }) => {
    const sample = '全体八人都加入了。"Quoted\\" 👩‍👩‍👧‍👦 🇨🇳 e\u0301\n\u0001';
    const reasoning = sample.repeat(2_000);
    model.next(answerOf(think(reasoning), delta('Hi')));
    const asked = { ...body, ...('query' in body ? { query: 'long' } : { question: 'long' }) };
    const response = await service.post(path, asked, { headers: { ...headers, 'x-base64': 'ON' } });
    const frames = (await response.text()).split(/(?<=\n\n)/);
    expect(frames.length).toBeGreaterThan(10);
    for (const frame of frames) expect(Buffer.byteLength(frame)).toBeLessThanOrEqual(16_384);
    const id = /id: ([^:]*)/.exec(frames[0]!)![1]!;
    const followed = await service.request('GET', `/api/chat/${id}/stream?reasoning=true`);
    const parts = framesOf(await readSse(followed).rest()).flatMap((frame) => frame.reasoning ?? []);
    expect(parts.join('')).toBe(reasoning);
    const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
    const starts = new Set(Array.from(graphemes.segment(reasoning), ({ index }) => index));
    let length = 0;
    for (const part of parts.slice(0, -1)) expect(starts.has((length += part.length))).toBe(true);
  });
});

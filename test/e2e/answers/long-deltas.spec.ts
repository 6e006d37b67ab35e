import { answer, jsonAnswer } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { foldFrames, type Frame } from '../../support/service/sse.js';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';
const MAX_FRAME_BYTES = 16_384;
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** All that makes a character longer on the wire than it is in memory, and graphemes of many characters. */
const SAMPLE = '全体八人都加入了。"Quoted\\" 👩‍👩‍👧‍👦 🇨🇳 e\u0301\n\u0001';

/** @param bytes in UTF-8, about */
function textOf(bytes: number): string {
  return SAMPLE.repeat(Math.ceil(bytes / Buffer.byteLength(SAMPLE)));
}

interface OpenAiChunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[];
}

const ROUTES: [string, object][] = [
  ['/chat', { query: 'q', stream: true }],
  ['/chat/stream', { query: 'q' }],
  ['/api/chat', { question: 'q', uid: UID }],
  ['/v1/chat/completions', { messages: [{ role: 'user', content: 'q' }], stream: true }],
];

describe('A delta of the model that is longer than a frame', () => {
  let model: ModelServer;
  let service: TestService;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel());
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  /** Each with its line ends, as it is on the wire. */
  async function readWireFrames(response: Response): Promise<string[]> {
    expect(response.status).toBe(200);
    return (await response.text()).split(/(?<=\n\n)/);
  }

  function expectSmallFrames(frames: readonly string[], text: string): void {
    for (const frame of frames) expect(Buffer.byteLength(frame)).toBeLessThanOrEqual(MAX_FRAME_BYTES);
    const datas = frames.map((frame) => /^data: (.*)$/m.exec(frame)![1]!).filter((data) => data !== '[DONE]');
    const parsed = datas.map((data) => {
      const frame = JSON.parse(data) as Frame & Partial<OpenAiChunk>;
      return frame.choices ? { text: frame.choices[0]?.delta.content ?? '' } : frame;
    });
    expect(foldFrames(parsed)).toBe(text);
    const starts = new Set(Array.from(GRAPHEMES.segment(text), ({ index }) => index));
    let length = 0;
    for (const frame of parsed) {
      expect(length === text.length || starts.has(length)).toBe(true);
      length += (frame.text ?? frame.data ?? '').length;
    }
  }

  describe.each([70_000, 300_000, 1_000_000])('of %d bytes', (bytes) => {
    const text = textOf(bytes);

    it.each(ROUTES)(
      'leaves in frames of at most 16 KiB, cut between graphemes, on %s',
      async (path, body) => {
        model.next(answer([text]));
        expectSmallFrames(await readWireFrames(await service.post(path, body)), text);
      },
    );
  });

  it.each([
    [1_000_000, '/chat/stream', { query: 'q' }],
    [70_000, '/api/chat', { question: 'q', uid: UID }],
  ])('has the same ids for every reader: %d bytes on %s', async (bytes, path, body) => {
    const text = textOf(bytes);
    model.next(answer([text]));
    const frames = await readWireFrames(await service.post(path, body));
    const [, id] = /^id: (.*):1$/m.exec(frames[0]!)!;
    const again = await readWireFrames(await service.request('GET', `/api/chat/${id}/stream`));
    expectSmallFrames(again, text);
    expect(again.at(-1)).toBe(frames.at(-1));

    const middle = Math.floor(frames.length / 2);
    const [, lastEventId = ''] = /^id: (.*)$/m.exec(frames[middle]!)!;
    const headers = { 'last-event-id': lastEventId };
    const resumed = await readWireFrames(await service.post(path, body, { headers }));
    expect([...frames.slice(0, middle + 1), ...resumed]).toEqual(frames);
  });

  it('may be an answer that the model server did not stream', async () => {
    const text = textOf(300_000);
    model.next(jsonAnswer(text));
    expectSmallFrames(await readWireFrames(await service.post('/chat/stream', { query: 'q' })), text);
  });

  it('may be as long as an answer, every character of it escaped', async () => {
    const text = '\u0001'.repeat(1_000_000);
    model.next(answer([text]));
    expectSmallFrames(await readWireFrames(await service.post('/chat/stream', { query: 'q' })), text);
  });
});

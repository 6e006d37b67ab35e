import { type EventSourceMessage, fetchEventSource } from '@microsoft/fetch-event-source';
import { createParser } from 'eventsource-parser';
import { answer, DEFAULT_USAGE } from '../../support/model/model-server.answers.js';
import { gate, script } from '../../support/model/model-server.exchange.js';
import { endAfter } from '../../support/model/model-server.faults.js';
import { delta, done, end, finish, head, role, usage } from '../../support/model/model-server.steps.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { rawPost } from '../../support/callers/raw-http.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { foldFrames, type Frame } from '../../support/service/sse.js';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';
const WORDS = ['机器', '学习\n\ndata: x', '\r\nid: 9', ' "fun" 😀'];

interface Way {
  readonly path: string;
  readonly body: object;
  readonly variant: 'conversation' | 'qa';
  readonly hasIds: boolean;
}

/** Without `stream`, as these clients are used: their Accept header asks for a stream. */
const WAYS: readonly Way[] = [
  { path: '/chat', body: { query: 'q' }, variant: 'conversation', hasIds: false },
  { path: '/chat/stream', body: { query: 'q' }, variant: 'conversation', hasIds: true },
  { path: '/api/chat', body: { query: 'q' }, variant: 'conversation', hasIds: false },
  { path: '/api/chat', body: { question: 'q', uid: UID }, variant: 'qa', hasIds: true },
];
const NAMED = WAYS.map((way) => [`${way.path} (${way.variant})`, way] as const);

/** What a client made of a stream: its messages, in order. */
interface Message {
  readonly id?: string;
  readonly event?: string;
  readonly data: string;
}

/** Reads an answer and calls `onMessage` with each message as it comes. */
type Reader = (way: Way, onMessage: (message: Message) => void) => Promise<void>;

let model: ModelServer;
let service: TestService;

beforeAll(async () => {
  ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0', HEARTBEAT_INTERVAL_MS: '25' }));
  // All that fetch-event-source asks of a browser.
  const document = { hidden: false, addEventListener: () => undefined, removeEventListener: () => undefined };
  Object.assign(globalThis, { document, window: globalThis });
});

afterAll(async () => {
  Reflect.deleteProperty(globalThis, 'document');
  Reflect.deleteProperty(globalThis, 'window');
  await stopServiceWithModel({ model, service });
});

const withFetchEventSource: Reader = ({ path, body }, onMessage) =>
  fetchEventSource(service.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${service.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    onmessage: (message: EventSourceMessage) => onMessage(message),
    onerror: (error: unknown) => {
      // Returning would make it ask again.
      throw error;
    },
  });

const withParser: Reader = async ({ path, body }, onMessage) => {
  const response = await service.post(path, body, { headers: { accept: 'text/event-stream' } });
  const fail = (what: string) => {
    throw new Error(`The stream has ${what}`);
  };
  const parser = createParser({
    onEvent: onMessage,
    onComment: (comment) => fail(`a comment: ${comment}`),
    onRetry: () => fail('a retry interval'),
    onError: (error) => fail(error.message),
  });
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) parser.feed(text);
};

const READERS: [string, Reader][] = [
  ['@microsoft/fetch-event-source', withFetchEventSource],
  ['eventsource-parser', withParser],
];

async function read(reader: Reader, way: Way): Promise<Message[]> {
  const messages: Message[] = [];
  await reader(way, (message) => messages.push(message));
  return messages;
}

const toFrame = ({ data }: Message): Frame =>
  data === '[DONE]' ? { done: true } : (JSON.parse(data) as Frame);

/** What holds of every stream, however it ends. */
function expectWellFormed(messages: readonly Message[], { variant, hasIds }: Way): Frame[] {
  for (const { data, event = '' } of messages) expect([data === '', event]).toEqual([false, '']);
  const frames = messages.map(toFrame);
  const turnId = frames[0]!.message_id ?? frames[0]!.chat_id;
  messages.forEach(({ id = '' }, index) => {
    const pattern = hasIds && !isHeartbeat(frames, index) ? new RegExp(`^${turnId}:\\d+$`) : /^$/;
    expect(id).toMatch(pattern);
  });
  expect(frames.filter(({ done }) => done)).toHaveLength(variant === 'qa' ? 1 : 0);
  return frames.filter(({ done }) => !done);
}

function isHeartbeat(frames: readonly Frame[], index: number): boolean {
  const { text, data, conversation_id, chat_id, finish_reason, error } = frames[index]!;
  return (text ?? data) === '' && (conversation_id ?? chat_id ?? finish_reason ?? error) === undefined;
}

describe.each(READERS)('%s reads', (_, reader) => {
  it.each(NAMED)('an answer on %s', async (_name, way) => {
    model.next(answer(WORDS));
    const asked = model.requests.length;
    const frames = expectWellFormed(await read(reader, way), way);
    expect(foldFrames(frames)).toBe(WORDS.join(''));
    expect(frames.at(-1)).toMatchObject({ finish_reason: 'stop' });
    expect(model.requests.length).toBe(asked + 1);
  });

  it.each(NAMED)('a failure on %s, once, and does not ask again', async (_name, way) => {
    model.next(endAfter(['half']));
    const asked = model.requests.length;
    const frames = expectWellFormed(await read(reader, way), way);
    expect(frames.at(-1)).toMatchObject({ error: { code: 'model_failed' } });
    expect(frames.filter(({ finish_reason }) => finish_reason)).toEqual([]);
    expect(model.requests.length).toBe(asked + 1);
  });

  it.each(NAMED)(
    'empty deltas while an answer on %s is held, before and after its first words',
    async (_name, way) => {
      const [beforeWords, afterWords] = [gate(), gate()];
      const words = [delta('half '), afterWords.wait, finish(), usage(DEFAULT_USAGE), done(), end()];
      model.next(script(head(), role(), beforeWords.wait, ...words));
      const messages: Message[] = [];
      const beats = () => messages.filter((_message, index) => isHeartbeat(messages.map(toFrame), index));
      let beatsBefore = 0;
      await reader(way, (message) => {
        messages.push(message);
        const { text, data } = toFrame(message);
        if (beats().length >= 3) beforeWords.open();
        if (text ?? data) beatsBefore ||= beats().length;
        if (beatsBefore > 0 && beats().length >= beatsBefore + 3) afterWords.open();
      });
      const frames = expectWellFormed(messages, way);
      expect(beatsBefore).toBeGreaterThanOrEqual(3);
      const { message_id } = frames[0]!;
      const beat = way.variant === 'qa' ? '{"data":""}' : `{"text":"","message_id":"${message_id}"}`;
      expect(new Set(beats().map(({ data }) => data))).toEqual(new Set([beat]));
      expect(foldFrames(frames)).toBe('half ');
      expect(frames.at(-1)).toMatchObject({ finish_reason: 'stop' });
    },
  );
});

it.each(NAMED)('The first bytes of a stream on %s are its first frame', async (_, { path, body, hasIds }) => {
  model.next(answer(WORDS));
  const request = {
    url: service.url + path,
    key: service.key,
    body,
    headers: { accept: 'text/event-stream' },
  };
  const { chunks } = await rawPost(request);
  expect(chunks[0]).toMatch(hasIds ? /^id: [\w-]+:1\ndata: \{/ : /^data: \{/);
});

it('A refusal is no stream: fetch-event-source reports it', async () => {
  const read = fetchEventSource(`${service.url}/chat`, {
    method: 'POST',
    headers: { authorization: 'Bearer unknown', 'content-type': 'application/json' },
    body: '{"query":"q"}',
    onerror: (error: unknown) => {
      throw error;
    },
  });
  await expect(read).rejects.toThrow('application/problem+json');
});

import {
  type Answering,
  ScriptedService,
  status,
  stream,
} from '../../../test/support/service/scripted-service.js';
import { type ChatClient, ConnectionError, createChatClient, ProblemError } from './chat-client.js';

const ID = '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11';
const FRAMES = [
  `id: ${ID}:1\ndata: {"data":"","chat_id":"${ID}"}\n\n`,
  `id: ${ID}:2\ndata: {"data":"","finish_reason":"stop","usage":{"input_tokens":1,"output_tokens":2}}\n\n`,
].join('');
const WHOLE = stream(FRAMES);
const NO_MODELS = status(200, { models: [] });
const QUICK = { firstDelayMs: 2, maxDelayMs: 4, maxAttempts: 3 };

const CALLS: [string, (client: ChatClient, signal?: AbortSignal) => PromiseLike<unknown>][] = [
  ['a question', (client, signal) => client.ask({ query: 'q' }, { signal })],
  ['another call', (client, signal) => client.models({ signal })],
];

/** Real: HTTP. Stand-in: a service with rare behaviour, or a proxy in front of it. */
describe('A request to the service', () => {
  let service: ScriptedService | undefined;

  afterEach(async () => {
    await service?.stop();
    service = undefined;
  });

  async function start(key: string | (() => string | Promise<string>), ...answers: Answering[]) {
    service = await ScriptedService.start(...answers);
    return createChatClient({ baseUrl: service.url, key, reconnect: QUICK });
  }

  it.each(CALLS)('can be aborted while its key is waited for: %s', async (_name, call) => {
    const { promise: asked, resolve: tell } = Promise.withResolvers<void>();
    const client = await start(() => {
      tell();
      return new Promise(() => undefined);
    }, WHOLE);
    const leaving = new AbortController();
    const calling = call(client, leaving.signal);
    await asked;
    const reason = new Error('The page was left');
    leaving.abort(reason);
    await expect(calling).rejects.toBe(reason);
    expect(service!.requests).toHaveLength(0);
  });

  it('asks for the key again when it does not come for too long', async () => {
    let [keys, requests] = [0, 0];
    const client = createChatClient({
      baseUrl: 'http://chat.example',
      key: () => (++keys === 1 ? new Promise(() => undefined) : 'k'),
      // At once: on a slow machine, the way to a server and back would be too long as well.
      fetch: () => {
        requests++;
        return Promise.resolve(new Response(FRAMES, { headers: { 'content-type': 'text/event-stream' } }));
      },
      reconnect: QUICK,
      idleTimeoutMs: 10,
    });
    expect(await client.ask({ query: 'q' })).toMatchObject({ chatId: ID });
    expect([keys, requests]).toEqual([2, 1]);
  });

  it.each(
    CALLS.flatMap(([name, call]) => [
      { name, call, way: 'rejects', get: (error: Error) => Promise.reject<string>(error) },
      {
        name,
        call,
        way: 'throws',
        get: (error: Error) => {
          throw error;
        },
      },
    ]),
  )('throws what getting its key $way, at once: $name', async ({ call, get }) => {
    const error = new Error('No user is logged in');
    let count = 0;
    const client = await start(() => {
      count++;
      return get(error);
    }, WHOLE);
    await expect(call(client)).rejects.toBe(error);
    expect([count, service!.requests.length]).toEqual([1, 0]);
  });

  it.each(CALLS)('throws at once when no header takes the key of the moment: %s', async (_name, call) => {
    let count = 0;
    const client = await start(() => {
      count++;
      return '密钥';
    }, WHOLE);
    await expect(call(client)).rejects.toMatchObject({ name: 'TypeError' });
    expect(count).toBe(1);
  });

  it.each([
    ['only a code', { code: 'not_found' }],
    ['no word on whether to ask again', { code: 'not_found', detail: 'It is not there.' }],
    ['a detail that is no text', { code: 'not_found', detail: {}, retryable: false }],
    ['a code that is none', { code: 404, detail: 'It is not there.', retryable: false }],
    ['nothing', 'null'],
  ])('takes no JSON of something else for a problem: %s', async (_name, body) => {
    const client = await start('k', status(502, body));
    const error: unknown = await client.models().then(undefined, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ status: 502, problem: undefined, code: undefined, isRetryable: true });
  });

  it('says that there is no service where none is', async () => {
    const client = await start('k', NO_MODELS);
    expect(await client.models()).toEqual([]);
    await service!.stop();
    await expect(client.models()).rejects.toBeInstanceOf(ConnectionError);
    service = undefined;
  });
});

describe('The address of the service', () => {
  it.each([
    ['has no scheme', 'localhost:3000', 'http://localhost:3000'],
    ['has another scheme', 'ftp://chat.example', 'http://'],
    ['names a user', 'https://somebody@chat.example', '`key`'],
    ['has a password', 'https://somebody:secret@chat.example', '`key`'],
  ])('is refused at once when it %s, with a word on what to do', (_name, baseUrl, advice) => {
    const make = () => createChatClient({ baseUrl, key: 'k' });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(advice);
    expect(make).not.toThrow('secret');
  });

  it('is relative to the page, but without the user that the page was opened as', async () => {
    const location = { href: 'https://somebody:secret@chat.example/llm/playground' };
    Object.defineProperty(globalThis, 'location', { value: location, configurable: true });
    try {
      const seen: unknown[] = [];
      const client = createChatClient({
        baseUrl: '.',
        key: 'k',
        fetch: (input) => {
          seen.push(input instanceof URL ? input.href : 'no URL');
          return Promise.resolve(Response.json({ models: [] }));
        },
      });
      await client.models();
      expect(seen).toEqual(['https://chat.example/llm/api/models']);
    } finally {
      Reflect.deleteProperty(globalThis, 'location');
    }
  });
});

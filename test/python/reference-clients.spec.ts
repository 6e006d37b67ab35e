import { jest } from '@jest/globals';
import { ClientService } from '../../src/auth/client.service.js';
import { TurnService } from '../../src/chat/answering/turn.service.js';
import { AppError } from '../../src/common/errors/app-error.js';
import type { ErrorCode } from '../../src/common/errors/error-codes.js';
import { answer } from '../support/model/model-server.answers.js';
import { endAfter, status } from '../support/model/model-server.faults.js';
import type { ModelServer } from '../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../support/service/service-with-model.js';
import type { TestService } from '../support/service/service.js';
import { foldFrames, type Frame } from '../support/service/sse.js';
import { runPython } from './python.js';

/** Each of these characters has the byte 0x85, at which a reader of Latin-1 ends a line. */
const CHINESE = '公司内部全体八人都加入了。✅';
/** With what Python's lines end at, beside LF and CR. */
const TEXT = `${CHINESE} 行\u2028段\u2029完\u0085了`;
const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

interface Case {
  readonly name: string;
  readonly client: 'requests' | 'reference';
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  readonly body?: object;
  readonly headers?: Record<string, string>;
  readonly key?: string;
}

interface Lines {
  readonly name: string;
  readonly encoding: string;
  readonly data: readonly string[];
  readonly torn: readonly string[];
}

interface Answered {
  readonly name: string;
  readonly text?: string;
  readonly status?: number;
  readonly error?: string;
  /** What the client died of. */
  readonly raised?: string;
}

/** Real: the complete service, its database, HTTP, and requests and httpx as they come from PyPI. Stand-in: the model behind its server. */
describe('In Python', () => {
  let model: ModelServer;
  let service: TestService;
  let framedKey: string;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' }));
    framedKey = await service.addClient('framed');
    await service.app.get(ClientService).changeSettings('framed', { wholeAnswer: 'sse' });
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  const run = <Line>(cases: readonly Case[]) =>
    runPython<Line>('reference_clients.py', {
      input: cases.map(({ path, method = 'POST', key = service.key, ...rest }) => ({
        ...rest,
        method,
        key,
        url: service.url + path,
      })),
    });

  const post = (name: string, path: string, body: object): Case => ({ name, path, body, client: 'requests' });

  it('requests reads Chinese from every stream with iter_lines(decode_unicode=True)', async () => {
    const query = { query: 'q', stream: true };
    const question = { question: 'q', uid: UID };
    const messages = { messages: [{ role: 'user', content: 'q' }], stream: true };
    const resumed = async (path: string, body: object): Promise<Case> => {
      const text = await (await service.post(path, body)).text();
      const id = /"(?:message|chat)_id":"([^"]+)"/.exec(text)![1]!;
      return { name: `${path} again`, client: 'requests', method: 'GET', path: `/api/chat/${id}/stream` };
    };
    model.always(answer([...TEXT]));
    const cases: Case[] = [
      post('/chat', '/chat', query),
      post('/chat/stream', '/chat/stream', { query: 'q' }),
      post('/api/chat of A', '/api/chat', query),
      post('/api/chat of B', '/api/chat', question),
      { ...post('/api/chat as Base64', '/api/chat', question), headers: { 'X-Base64': 'ON' } },
      post('/v1', '/v1/chat/completions', messages),
      post('/v1 stream', '/v1/chat/completions/stream', messages),
      { ...post('whole', '/chat', { query: 'q', stream: false }), key: framedKey },
      await resumed('/chat/stream', { query: 'q' }),
      await resumed('/api/chat', question),
    ];
    for (const { name, encoding, data, torn } of await run<Lines>(cases)) {
      expect({ name, encoding, torn }).toEqual({ name, encoding: 'utf-8', torn: [] });
      expect([name, textOf(name, data)]).toEqual([name, TEXT]);
    }
  });

  it('requests reads Chinese also from a stream that fails, and how it failed', async () => {
    model.always(endAfter([TEXT]));
    const failing = [
      post('/chat', '/chat', { query: 'q', stream: true }),
      post('/chat/stream', '/chat/stream', { query: 'q' }),
      post('/api/chat of B', '/api/chat', { question: 'q', uid: UID }),
    ];
    for (const { name, data, torn } of await run<Lines>(failing)) {
      expect({ name, torn }).toEqual({ name, torn: [] });
      expect(data.join('\n')).toContain(CHINESE);
      expect(data.join('\n')).toContain('"code":"model_failed"');
    }
  });

  const reference = (name: string, body: object, more: Partial<Case> = {}): Case => ({
    name,
    client: 'reference',
    path: '/chat',
    body: { query: 'q', ...body },
    ...more,
  });

  it("the reference's client gets complete answers, streamed and as JSON", async () => {
    model.always(answer([...TEXT]));
    const cases = [
      reference('stream', { stream: true }),
      reference('on the shared route', { stream: true }, { path: '/api/chat' }),
      reference('one frame', { stream: false }, { key: framedKey }),
      reference('JSON', { stream: false }),
    ];
    expect(await run<Answered>(cases)).toEqual(cases.map(({ name }) => ({ name, text: TEXT, status: 200 })));
  });

  it.each([true, false])("the reference's client shows why it was refused (stream: %j)", async (stream) => {
    model.always(answer('ok'));
    const repeated = { 'Idempotency-Key': `python-${stream}` };
    await service.post('/chat', { query: 'first' }, { headers: repeated });
    await service.post('/chat', { query: 'q', conversation_id: `alices-${stream}`, user_id: 'alice' });
    const cases: [Case, number][] = [
      [reference('a field', { stream, history_len: 'x' }), 400],
      [reference('a model', { stream, model_name: 'gpt-9' }), 400],
      [reference('a key', { stream }, { key: 'wrong' }), 401],
      [reference('a key on the shared route', { stream }, { key: 'wrong', path: '/api/chat' }), 401],
      [reference("somebody else's", { stream, conversation_id: `alices-${stream}`, user_id: 'bob' }), 404],
      [reference('another question', { stream }, { headers: repeated }), 409],
    ];
    const answers = await run<Answered>(cases.map(([each]) => each));
    expect(answers).toEqual(
      cases.map(([{ name }, code]) => ({
        name,
        text: '',
        status: code,
        error: expect.stringMatching(/^[A-Z].+\.$/) as string,
      })),
    );
  });

  it.each<[number, ErrorCode]>([
    [409, 'turn_in_progress'],
    [429, 'too_many_requests'],
    [503, 'shutting_down'],
  ])("the reference's client shows a refusal that passes: %i %s", async (code, errorCode) => {
    // Stood in for: what refuses.
    const turns = service.app.get(TurnService);
    jest
      .spyOn(turns, 'start')
      .mockImplementation(() => Promise.reject(new AppError(errorCode, 'Later.', { retryAfterSeconds: 1 })));
    const answers = await run<Answered>([
      reference('stream', { stream: true }),
      reference('whole', { stream: false }),
    ]);
    jest.restoreAllMocks();
    const refused = { text: '', status: code, error: 'Later.' };
    expect(answers).toEqual([
      { name: 'stream', ...refused },
      { name: 'whole', ...refused },
    ]);
  });

  it("the reference's client shows a failure of the model, in the stream and as a status", async () => {
    model.always(status(503, {}));
    const [streamed, whole] = await run<Answered>([
      reference('stream', { stream: true }),
      reference('whole', { stream: false }),
    ]);
    expect(streamed).toMatchObject({ status: 200, text: '', error: expect.any(String) as string });
    expect(whole).toMatchObject({ status: 503, text: '', error: streamed!.error });
  });
});

/** What a reader of these frames ends up with, on whichever route they came. */
function textOf(name: string, data: readonly string[]): string {
  const frames = data.filter((each) => each !== '[DONE]');
  const decode = (each: string) =>
    name.endsWith('Base64') ? Buffer.from(each, 'base64').toString('utf8') : each;
  const parsed = frames.map((each) => JSON.parse(decode(each)) as Frame & OpenAiChunk);
  if (name.startsWith('/v1')) return parsed.map(({ choices }) => choices?.[0]?.delta.content ?? '').join('');
  return foldFrames(parsed);
}

interface OpenAiChunk {
  readonly choices?: readonly { readonly delta: { readonly content?: string } }[];
}

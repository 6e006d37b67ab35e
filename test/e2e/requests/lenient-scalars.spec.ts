import { answer } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { readProblem } from '../../support/requests/problem.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { type Frame, readFrames } from '../../support/service/sse.js';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';
const BARE_UID = UID.replaceAll('-', '');

interface AskedReceipt {
  readonly end_user?: string;
  readonly conversation_id?: string;
}

/** Real: the complete service, its database, HTTP both ways. Stand-in: the model behind its server. */
describe('A scalar as the reference systems took it', () => {
  let model: ModelServer;
  let service: TestService;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' }));
    model.always(answer('ok'));
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  const lastAsked = () => model.requests.at(-1)!.body!;
  const typeOf = async (body: object, path = '/chat', headers = {}) => {
    const response = await service.post(path, body, { headers });
    await response.text();
    return `${response.status} ${response.headers.get('content-type')?.split(';')[0]}`;
  };
  const askB = async (body: object): Promise<string> => {
    const [started] = await readFrames(await service.post('/api/chat', { question: 'q', uid: UID, ...body }));
    return started!.chat_id!;
  };
  const receiptOf = async (id: string) =>
    (await (await service.request('GET', `/api/chat/${id}`)).json()) as AskedReceipt;

  it.each([
    ...[true, 'true', 'True', '1', 1, 'on', 'yes', 'T', 'y'].map((stream) => [stream, 'text/event-stream']),
    ...[false, 'false', 'FALSE', '0', 0, 'off', 'no', 'f', 'N'].map((stream) => [stream, 'application/json']),
  ])('chooses between JSON and SSE: %j is answered as %s', async (stream, type) => {
    // What it says wins over what the caller accepts, as a boolean does.
    const accept = { accept: 'text/event-stream' };
    expect(await typeOf({ query: 'q', stream }, '/chat', accept)).toBe(`200 ${type}`);
    expect(await typeOf({ query: 'q', stream }, '/api/chat')).toBe(`200 ${type}`);
    expect(await typeOf({ query: 'q', stream }, '/chat/stream')).toBe('200 text/event-stream');
  });

  it.each([
    [{ temperature: '0.8' }, { temperature: 0.8 }],
    [{ temperature: ' 1 ' }, { temperature: 1 }],
    [{ max_tokens: '1024' }, { max_tokens: 1024 }],
    [{ max_tokens: '0' }, {}],
    [{ max_tokens: 5.0 }, { max_tokens: 5 }],
    [{ prompt_name: 'general_chat', model_name: 'test-model' }, {}],
  ])('in %j is a number for the model: %j', async (given, sent) => {
    expect(await typeOf({ query: 'q', ...given })).toBe('200 application/json');
    const { temperature, max_tokens } = lastAsked() as unknown as Record<string, unknown>;
    expect(JSON.parse(JSON.stringify({ temperature, max_tokens }))).toEqual(sent);
  });

  it('names as many rounds as it says', async () => {
    const conversation_id = 'rounds';
    for (const query of ['one', 'two', 'three']) await typeOf({ query, conversation_id });
    const rounds = async (given: object) => {
      await typeOf({ query: 'q', conversation_id, ...given });
      return (lastAsked().messages!.filter(({ role }) => role !== 'system').length - 1) / 2;
    };
    expect(await rounds({ history_len: '2' })).toBe(2);
    expect(await rounds({ history: '1' })).toBe(1);
    expect(await rounds({ history_len: '0' })).toBe(0);
  });

  it('names an end user and a conversation, in digits or in a text', async () => {
    const ask = async (query: string, user_id: unknown, conversation_id: unknown) =>
      service.post('/chat', { query, user_id, conversation_id, conversation_name: 2026 });
    const first = (await (await ask('first', 5, 456)).json()) as Frame;
    expect(first.conversation_id).toBe('456');
    expect(await receiptOf(first.message_id!)).toMatchObject({ end_user: '5', conversation_id: '456' });
    expect(await (await service.request('GET', '/api/conversations/456')).json()).toMatchObject({
      name: '2026',
      user_id: '5',
    });
    expect((await ask('second', '5', '456')).status).toBe(200);
    expect(lastAsked().messages!.map(({ content }) => content)).toContain('first');
    expect((await ask('third', 6, 456)).status).toBe(404);
  });

  it('never makes one end user of two whose numbers JSON rounds', async () => {
    const ask = async (user_id: string) =>
      service.post('/chat', `{"query":"q","conversation_id":1867236450293841921,"user_id":${user_id}}`);
    const first = (await (await ask('9007199254740993')).json()) as Frame;
    expect(await receiptOf(first.message_id!)).toMatchObject({
      end_user: '9007199254740993',
      conversation_id: '1867236450293841921',
    });
    expect((await ask('9007199254740992')).status).toBe(404);
    expect((await ask('"9007199254740993"')).status).toBe(200);
    for (const tooLarge of ['1e300', '1e400', '-1e400']) {
      const problem = await readProblem(await ask(tooLarge));
      expect(problem).toMatchObject({
        status: 400,
        errors: [{ pointer: '/user_id', detail: 'must be a string' }],
      });
    }
  });

  it.each([BARE_UID, BARE_UID.toUpperCase(), `{${UID}}`, `urn:uuid:${UID}`])(
    'is the UUID of an end user as %s, who may give feedback under any of its forms',
    async (uid) => {
      const chat_id = await askB({ uid, temperature: '0.5' });
      expect(lastAsked()).toMatchObject({ temperature: 0.5 });
      expect(await receiptOf(chat_id)).toMatchObject({ end_user: UID });
      const bare = chat_id.replaceAll('-', '');
      const sent = await service.post('/api/feedback', { chat_id: bare, uid, stars: '5' });
      expect(sent.status).toBe(201);
      expect(await sent.json()).toMatchObject({ chat_id, uid: UID, stars: 5 });
      const listed = await (await service.request('GET', `/api/feedback?uid=${BARE_UID}`)).text();
      expect(listed).toContain(chat_id);
      for (const [method, path] of [
        ['GET', `/api/chat/${bare}`],
        ['GET', `/api/chat/${bare}/stream`],
        ['POST', `/api/chat/${bare}/stop`],
        ['DELETE', `/api/feedback/${bare}?uid=${BARE_UID}`],
      ] as const)
        expect([path, (await service.request(method, path)).ok]).toEqual([path, true]);
    },
  );

  it('asks the same question, however it is written', async () => {
    const headers = { 'idempotency-key': 'lenient' };
    const asked = model.requests.length;
    const bodies = [
      {
        query: 'same',
        user_id: 7,
        history_len: '3',
        temperature: '0.5',
        max_tokens: '64',
        prompt_name: 'py',
      },
      { query: 'same', user_id: '7', history_len: 3, temperature: 0.5, max_tokens: 64, stream: 'false' },
    ];
    for (const body of bodies)
      expect((await service.post('/chat', { ...body, conversation_id: 8 }, { headers })).status).toBe(200);
    expect(model.requests.length).toBe(asked + 1);
  });

  const A = { query: 'q' };
  const B = { question: 'q', uid: UID };
  const FEEDBACK = { chat_id: UID, uid: 'u', stars: 5 };
  it.each<[string, string, object]>([
    ...['maybe', '', ' true', 2, 0.5, [true]].map((stream): [string, string, object] => [
      '/chat',
      '/stream',
      { ...A, stream },
    ]),
    ['/chat', '/history_len', { ...A, history_len: '5.0' }],
    ['/chat', '/history_len', { ...A, history_len: 4.5 }],
    ['/chat', '/history_len', { ...A, history_len: true }],
    ['/chat', '/history', { ...A, history: 'x' }],
    ['/chat', '/history', { ...A, history: '[]' }],
    ['/chat', '/max_tokens', { ...A, max_tokens: '' }],
    ['/chat', '/temperature', { ...A, temperature: 'NaN' }],
    ['/chat', '/temperature', { ...A, temperature: 'Infinity' }],
    ['/chat', '/temperature', { ...A, temperature: '3' }],
    ['/chat', '/temperature', { ...A, temperature: true }],
    ['/chat', '/user_id', { ...A, user_id: true }],
    ['/chat', '/query', { query: 5 }],
    ['/api/chat', '/uid', { ...B, uid: BARE_UID.slice(1) }],
    ['/api/chat', '/uid', { ...B, uid: 5 }],
    ['/api/chat', '/temperature', { ...B, temperature: 'warm' }],
    ...['4.5', 'x', '', '6', '0', 4.5, true, 'true'].map((stars): [string, string, object] => [
      '/api/feedback',
      '/stars',
      { ...FEEDBACK, stars },
    ]),
    ['/api/feedback', '/chat_id', { ...FEEDBACK, chat_id: 5 }],
    ['/v1/chat/completions', '', { messages: [{ role: 'user', content: 'q' }], stream: 'true' }],
    ['/v1/chat/completions', '', { messages: [{ role: 'user', content: 'q' }], temperature: '0.5' }],
    ['/api/knowledge/search', '/limit', { query: 'q', limit: '5' }],
  ])('on %s is refused at %s where it is none: %j', async (path, pointer, body) => {
    const response = await service.post(path, body);
    expect(response.status).toBe(400);
    if (pointer !== '')
      expect((await readProblem(response)).errors).toEqual([expect.objectContaining({ pointer })]);
  });
});

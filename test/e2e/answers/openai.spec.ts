import { answer, continuing, hold } from '../../support/model/model-server.answers.js';
import { endAfter, status } from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { RequestOptions, TestService } from '../../support/service/service.js';
import { readSse } from '../../support/service/sse.js';
import { readReceipt } from '../../support/service/ways-to-ask.js';

const PATH = '/v1/chat/completions';

interface Completion {
  readonly id: string;
  readonly created: number;
  readonly choices: { message: { content: string }; finish_reason: string }[];
}

interface Failure {
  readonly error: { message: string; type: string; param: string | null; code: string };
}

interface Chunk extends Partial<Failure> {
  readonly id: string;
  readonly choices: { delta: { content?: string }; finish_reason: string | null }[];
}

let model: ModelServer;
let service: TestService;
beforeAll(async () => {
  ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '1' }));
});
afterAll(() => stopServiceWithModel({ model, service }));

let count = 0;
const question = () => ({ role: 'user', content: `question ${++count}` });
const ask = (body: object, options?: RequestOptions) =>
  service.post(PATH, { messages: [question()], ...body }, options);
const askWhole = async (body: object, options?: RequestOptions) =>
  (await (await ask(body, options)).json()) as Completion;

async function readChunks(response: Response): Promise<(Chunk | '[DONE]')[]> {
  const events = await readSse(response).rest();
  expect(events.filter(({ id }) => id !== undefined)).toEqual([]);
  return events.map(({ data }) => (data === '[DONE]' ? data : (JSON.parse(data) as Chunk)));
}

const textOf = (chunks: readonly (Chunk | '[DONE]')[]) =>
  chunks.map((chunk) => (chunk === '[DONE]' ? '' : (chunk.choices?.[0]?.delta.content ?? ''))).join('');

describe('POST /v1/chat/completions', () => {
  it('answers as JSON, under the id of a turn that can be looked up and rated', async () => {
    model.next(answer(['机器', '学习']));
    const response = await ask({ user: 'alice', model: 'test-model' });
    const { id, created, ...rest } = (await response.json()) as Completion;
    expect(rest).toEqual({
      object: 'chat.completion',
      model: 'test-model',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: '机器学习', refusal: null },
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
    });
    expect(Math.abs(created - Date.now() / 1_000)).toBeLessThan(60);
    expect(await readReceipt(service, id)).toMatchObject({
      variant: 'openai',
      text: '机器学习',
      end_user: 'alice',
    });
    const rated = await service.post('/api/feedback', { chat_id: id, uid: 'alice', stars: 5 });
    expect(rated.status).toBe(201);
  });

  it('gives the model exactly what the caller sent', async () => {
    model.next(answer('x'));
    const messages = [
      { role: 'system', content: 'Use {{question}} and {context}.' },
      { role: 'user', content: 'first' },
      { role: 'assistant', content: 'second' },
      { role: 'user', content: [{ type: 'text', text: 'third' }] },
    ];
    const parameters = { top_p: 0.9, stop: 'END', seed: 3, response_format: { type: 'json_object' } };
    await askWhole({ messages, ...parameters, temperature: 0.2, max_tokens: 9, tools: [] });
    const { stream_options: _, ...body } = model.requests.at(-1)!.body as unknown as Record<string, unknown>;
    expect(body).toEqual({
      model: 'test-model',
      messages,
      stream: true,
      temperature: 0.2,
      max_tokens: 9,
      ...parameters,
    });
  });

  it('sends the question alone when nothing else was given', async () => {
    model.next(answer('x'));
    await askWhole({ messages: [{ role: 'user', content: 'alone' }] });
    expect(model.requests.at(-1)!.body!.messages).toEqual([{ role: 'user', content: 'alone' }]);
  });

  it('remembers a conversation that is named, and forgets without', async () => {
    const metadata = { conversation_id: 'kept' };
    model.next(answer('one'), answer('two'), answer('three'));
    const messages = [{ role: 'user', content: 'first' }];
    await askWhole({ messages, metadata, user: 'alice' });
    await askWhole({ messages: [{ role: 'user', content: 'second' }], metadata, user: 'alice' });
    expect(model.requests.at(-1)!.body!.messages).toEqual([
      { role: 'user', content: 'first' },
      { role: 'assistant', content: 'one' },
      { role: 'user', content: 'second' },
    ]);
    // What the caller sends itself wins.
    const own = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'b' },
      { role: 'user', content: 'third' },
    ];
    await askWhole({ messages: own, metadata, user: 'alice' });
    expect(model.requests.at(-1)!.body!.messages).toEqual(own);
    const listed = await service.request('GET', '/api/conversations/kept/messages');
    expect(
      ((await listed.json()) as { messages: { query: string }[] }).messages.map(({ query }) => query),
    ).toEqual(['third', 'second', 'first']);
    const stranger = await ask({ metadata, user: 'bob' });
    expect(stranger.status).toBe(404);
  });

  it('fills a prompt template in where one is named', async () => {
    await service.request('PUT', '/api/prompts/shout', { body: { template: 'Shout: {{question}}' } });
    model.next(answer('X'));
    const { id } = await askWhole({
      messages: [{ role: 'user', content: 'hello' }],
      metadata: { prompt_name: 'shout' },
    });
    expect(model.requests.at(-1)!.body!.messages).toEqual([{ role: 'user', content: 'Shout: hello' }]);
    expect(await readReceipt(service, id)).toMatchObject({ prompt_name: 'shout', prompt_version: 1 });
  });

  it('repeats the answer of an Idempotency-Key without asking again', async () => {
    model.next(answer('once'));
    const messages = [question()];
    const headers = { 'idempotency-key': 'openai-once' };
    const first = await askWhole({ messages }, { headers });
    const asked = model.requests.length;
    expect(await askWhole({ messages }, { headers })).toEqual(first);
    const streamed = await readChunks(await ask({ messages, stream: true }, { headers }));
    expect(textOf(streamed)).toBe('once');
    expect(model.requests.length).toBe(asked);
    expect((await ask({}, { headers })).status).toBe(409);
  });
});

describe('Its stream', () => {
  it('goes on where a failed attempt broke off, since nothing that was sent can be taken back', async () => {
    model.next(endAfter(['This is the ']), continuing('This is the rest of the answer.'));
    const chunks = await readChunks(await ask({ stream: true }));
    expect(textOf(chunks)).toBe('This is the rest of the answer.');
    expect(chunks.at(-1)).toBe('[DONE]');
    expect(model.requests.at(-1)!.body!.messages).toHaveLength(3);
  });

  it('has no status yet while the model is silent, and the one of the failure then', async () => {
    model.next(status(503, {}), status(503, {}));
    const response = await ask({ stream: true });
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(response.headers.get('x-should-retry')).toBe('true');
    expect(await response.json()).toMatchObject({
      error: { type: 'server_error', code: 'model_overloaded' },
    });
  });

  it('can be read again by the id of its turn, in variant A', async () => {
    model.next(answer('whole'));
    const [first] = await readChunks(await ask({ stream: true }));
    const { id } = first as Chunk;
    const again = await readSse(await service.request('GET', `/api/chat/${id}/stream`)).rest();
    expect(again.map((event) => event.id)).toEqual([1, 2, 3].map((seq) => `${id}:${seq}`));
    expect(JSON.parse(again[1]!.data)).toEqual({ text: 'whole', message_id: id });
  });

  it('stops at a stop, as an answer that is done', async () => {
    const held = hold(['begun']);
    model.next(held);
    const stream = readSse(await ask({ stream: true }));
    const { id } = JSON.parse((await stream.next())!.data) as Chunk;
    expect((await service.post(`/api/chat/${id}/stop`, undefined)).status).toBe(200);
    const [last, done] = (await stream.rest()).slice(-2);
    expect((JSON.parse(last!.data) as Chunk).choices[0]!.finish_reason).toBe('stop');
    expect(done!.data).toBe('[DONE]');
    held.release();
  });
});

describe('Its errors have the form of the OpenAI API', () => {
  it.each([
    ['a wrong key', { options: { key: 'wrong' } }, 401, { code: 'invalid_api_key', param: null }],
    ['an unknown model', { body: { model: 'gpt-9' } }, 404, { code: 'model_not_found', param: 'model' }],
    ['a tool', { body: { tools: [{}] } }, 400, { code: 'validation_failed', param: 'tools' }],
    [
      'an unknown prompt',
      { body: { metadata: { prompt_name: 'none' } } },
      400,
      { code: 'prompt_not_found', param: 'metadata.prompt_name' },
    ],
  ] as [string, { body?: object; options?: RequestOptions }, number, object][])(
    '%s',
    async (_, { body = {}, options }, expected, error) => {
      for (const stream of [true, false]) {
        const response = await ask({ ...body, stream }, options);
        expect(response.status).toBe(expected);
        expect(response.headers.get('content-type')).toMatch(/^application\/json/);
        expect(response.headers.get('x-should-retry')).toBe('false');
        const answered = (await response.json()) as Failure;
        expect(answered.error).toMatchObject({ type: 'invalid_request_error', ...error });
        expect(answered.error.message).not.toBe('');
      }
    },
  );

  it.each([
    ['POST', PATH, '{', 400, 'malformed_json'],
    ['GET', '/v1/nowhere', undefined, 404, 'not_found'],
    ['GET', PATH, undefined, 405, 'method_not_allowed'],
    ['GET', '/v1/models/none', undefined, 404, 'model_not_found'],
    ['GET', '/V1/models/none', undefined, 404, 'model_not_found'],
  ])('%s %s with the body %s', async (method, path, body, expected, code) => {
    const response = await service.request(method, path, { body });
    expect(response.status).toBe(expected);
    expect(await response.json()).toMatchObject({ error: { code } });
  });
});

describe('GET /v1/models', () => {
  it('lists the models, and shows each', async () => {
    const list = await (await service.request('GET', '/v1/models')).json();
    const one = { id: 'test-model', object: 'model', created: 0, owned_by: 'llm-chat-service' };
    expect(list).toEqual({ object: 'list', data: [one] });
    expect(await (await service.request('GET', '/v1/models/test-model')).json()).toEqual(one);
  });
});

import { embeddingBodyOf, toBase64, vectorOf, vectors } from '../../support/model/embedding-answers.js';
import { script } from '../../support/model/model-server.exchange.js';
import { silenceBeforeHeaders, status } from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithEmbeddings } from '../../support/service/service-with-embeddings.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import { startService, type TestService } from '../../support/service/service.js';

interface Embeddings {
  readonly data: readonly { readonly index: number; readonly embedding: unknown }[];
  readonly model: string;
  readonly usage: object;
  readonly error: { readonly message: string; readonly code: string; readonly param: string | null };
}

let model: ModelServer;
let service: TestService;
beforeAll(async () => {
  ({ model, service } = await startServiceWithEmbeddings({ LLM_MAX_RETRIES: '1' }));
});
afterAll(() => stopServiceWithModel({ model, service }));

async function embed(body: object, on = service) {
  const response = await on.post('/v1/embeddings', body);
  const { status: code, headers } = response;
  return { status: code, headers, body: (await response.json()) as Embeddings };
}

const lastRequest = () => embeddingBodyOf(model.requests.at(-1)!);
const ask = { input: 'some text' };

describe('POST /v1/embeddings', () => {
  it('answers with the vector of a text, in the form of the OpenAI API', async () => {
    model.next(vectors());
    const { status: code, headers, body } = await embed({ ...ask, model: 'bge-m3' });
    expect(code).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body).toEqual({
      object: 'list',
      data: [{ object: 'embedding', index: 0, embedding: vectorOf(0) }],
      model: 'bge-m3',
      usage: { prompt_tokens: 7, total_tokens: 7 },
    });
    expect(lastRequest()).toEqual({ model: 'bge-m3', input: ['some text'] });
  });

  it.each([
    ['a text', 'a', ['a'], 1],
    ['texts', ['a', 'b', 'a'], ['a', 'b', 'a'], 3],
    ['token ids', [1, 2, 3], [[1, 2, 3]], 1],
    ['lists of token ids', [[1, 2], [3]], [[1, 2], [3]], 2],
  ])('takes %s', async (_, input, sent, count) => {
    model.next(vectors());
    const { body } = await embed({ input });
    expect(lastRequest().input).toEqual(sent);
    expect(body.data.map(({ embedding }) => embedding)).toEqual(
      Array.from({ length: count }, (_none, index) => vectorOf(index)),
    );
  });

  it('sends what a server may be sent, and keeps the end user to itself', async () => {
    model.next(vectors());
    const more = { dimensions: 2, user: 'u'.repeat(200), input_type: 'query', unknown: { a: 1 } };
    const { body } = await embed({ ...ask, ...more });
    expect(body.data[0]!.embedding).toEqual(vectorOf(0, 2));
    expect(lastRequest()).toEqual({
      model: 'bge-m3',
      input: ['some text'],
      dimensions: 2,
      input_type: 'query',
    });
  });

  it('takes null for what is not given', async () => {
    model.next(vectors());
    const nothing = { model: null, encoding_format: null, dimensions: null, user: null };
    expect((await embed({ ...ask, ...nothing })).status).toBe(200);
    expect(lastRequest()).toEqual({ model: 'bge-m3', input: ['some text'] });
  });

  it('takes as many inputs as the OpenAI API, and no more', async () => {
    model.next(vectors());
    const input = Array.from({ length: 2_048 }, () => 'a');
    expect((await embed({ input })).body.data).toHaveLength(2_048);
    const { status: code, body } = await embed({ input: [...input, 'a'] });
    expect([code, body.error.param]).toEqual([400, 'input']);
    expect(body.error.message).toBe('input must have at most 2048 entries, but has 2049.');
  });

  it.each([
    ['nothing', {}],
    ['null', { input: null }],
    ['an empty text', { input: '' }],
    ['an empty list', { input: [] }],
    ['an empty text among others', { input: ['a', ''] }],
    ['an empty list of tokens', { input: [[1], []] }],
    ['a mixture', { input: ['a', 1] }],
    ['tokens that are none', { input: [1.5] }],
    ['an object', { input: { text: 'a' } }],
    ['a lone surrogate', { input: '\ud800' }],
    ['another form', { ...ask, encoding_format: 'int8' }],
    ['no length', { ...ask, dimensions: 0 }],
  ])('refuses %s, without asking the server', async (_, body) => {
    const before = model.requests.length;
    expect((await embed(body)).status).toBe(400);
    expect(model.requests).toHaveLength(before);
  });

  it('names the model to a caller that asks for another one', async () => {
    const { status: code, body } = await embed({ ...ask, model: 'text-embedding-3-small' });
    expect(code).toBe(404);
    expect(body.error).toMatchObject({ code: 'model_not_found', param: 'model' });
    expect(body.error.message).toContain('bge-m3');
  });

  it('asks for Base64 where the caller does', async () => {
    model.next(vectors());
    const { body } = await embed({ ...ask, encoding_format: 'base64' });
    expect(body.data[0]!.embedding).toBe(toBase64(vectorOf(0)));
    expect(lastRequest().encoding_format).toBe('base64');
  });

  it('repeats a request that failed', async () => {
    model.next(status(500, { error: { message: 'crashed' } }), vectors());
    expect((await embed(ask)).status).toBe(200);
  });

  it('fails as an answer of a chat model does', async () => {
    const overload = status(503, { error: { message: 'busy' } }, { 'retry-after': '0' });
    model.next(overload, overload);
    const { status: code, headers, body } = await embed(ask);
    expect(body.error.code).toBe('model_overloaded');
    expect(code).toBeGreaterThanOrEqual(429);
    expect(headers.get('x-should-retry')).toBe('true');
  });

  it('ends the request to the server when the caller leaves', async () => {
    model.next(silenceBeforeHeaders());
    const index = model.requests.length;
    const leaving = new AbortController();
    const asking = service.post('/v1/embeddings', ask, { signal: leaving.signal });
    await model.requestArrived(index);
    leaving.abort();
    await expect(asking).rejects.toThrow();
    expect((await model.requestClosed(index)).isAborted).toBe(true);
  });

  it('is found by its name, and is not among the models for a chat', async () => {
    const found = await service.request('GET', '/v1/models/bge-m3');
    expect(await found.json()).toMatchObject({ id: 'bge-m3', object: 'model' });
    const list = (await (await service.request('GET', '/v1/models')).json()) as { data: { id: string }[] };
    expect(list.data.map(({ id }) => id)).toEqual(['builtin']);
  });

  it('needs a key', async () => {
    expect((await service.post('/v1/embeddings', ask, { key: null })).status).toBe(401);
  });
});

describe('A client', () => {
  it('gets 429 while its own requests hold its share of the server', async () => {
    const full = await startServiceWithEmbeddings({ LLM_MAX_IN_FLIGHT: '2' });
    try {
      const opened = Promise.withResolvers<void>();
      full.model.next(
        script(() => opened.promise, vectors()),
        vectors(),
      );
      const first = embed(ask, full.service);
      await full.model.requestArrived(0);
      const second = await embed(ask, full.service);
      expect([second.status, second.body.error.code]).toEqual([429, 'rate_limit_exceeded']);
      expect(second.headers.get('retry-after')).toBe('1');
      opened.resolve();
      expect((await first).status).toBe(200);
      expect((await embed(ask, full.service)).status).toBe(200);
    } finally {
      await stopServiceWithModel(full);
    }
  });
});

describe('A service without an embedding model', () => {
  it('says what its operator can do, with a status that a proxy does not take for an outage', async () => {
    const { service: plain, model: chat } = await startServiceWithModel();
    try {
      const { status: code, body } = await embed({ ...ask, model: 'test-model' }, plain);
      expect(code).toBe(400);
      expect(body.error.message).toContain('EMBEDDING_BASE_URL');
    } finally {
      await stopServiceWithModel({ service: plain, model: chat });
    }
  });
});

describe('A service whose embedding server has a key', () => {
  it.each([
    ['', 'authorization', 'Bearer a-key'],
    ['?api-version=2024-10-21', 'api-key', 'a-key'],
  ])('sends it as the server wants it (%s)', async (query, header, value) => {
    const server = await startServiceWithEmbeddings();
    const keyed = await startService({
      environment: {
        EMBEDDING_BASE_URL: `${server.model.baseUrl}/deployments/embed${query}`,
        EMBEDDING_MODEL: 'bge-m3',
        EMBEDDING_API_KEY: 'a-key',
      },
    });
    try {
      server.model.next(vectors());
      expect((await embed(ask, keyed)).status).toBe(200);
      const [{ url, headers }] = server.model.requests as [(typeof server.model.requests)[0]];
      expect(url).toBe(`/v1/deployments/embed/embeddings${query}`);
      expect(headers[header]).toBe(value);
    } finally {
      await keyed.stop();
      await stopServiceWithModel(server);
    }
  });
});

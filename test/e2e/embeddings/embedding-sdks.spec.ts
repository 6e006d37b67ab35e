import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embed, embedMany } from 'ai';
import OpenAI from 'openai';
import { embeddingBodyOf, vectorOf, vectors } from '../../support/model/embedding-answers.js';
import { status } from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithEmbeddings } from '../../support/service/service-with-embeddings.js';
import { stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';

let model: ModelServer;
let service: TestService;
beforeAll(async () => {
  ({ model, service } = await startServiceWithEmbeddings({ LLM_MAX_RETRIES: '0' }));
});
afterAll(() => stopServiceWithModel({ model, service }));

const input = ['a', 'b', 'c'];
const expected = [vectorOf(0), vectorOf(1), vectorOf(2)];

describe('The openai SDK, unmodified', () => {
  const connect = () => new OpenAI({ baseURL: `${service.url}/v1`, apiKey: service.key, maxRetries: 0 });
  const ask = { model: 'bge-m3', input };

  it.each([
    ['that knows Base64, which it asks for by itself', false],
    ['that ignores Base64', true],
  ])('gets the vectors of a server %s', async (_, ignoresFormat) => {
    model.next(vectors(ignoresFormat));
    const { data, usage } = await connect().embeddings.create(ask);
    expect(embeddingBodyOf(model.requests.at(-1)!).encoding_format).toBe('base64');
    expect(data.map(({ embedding }) => embedding)).toEqual(expected);
    expect(usage).toEqual({ prompt_tokens: 7, total_tokens: 7 });
  });

  it('gets numbers where it asks for numbers', async () => {
    model.next(vectors());
    const { data } = await connect().embeddings.create({ ...ask, encoding_format: 'float' });
    expect(data.map(({ embedding }) => embedding)).toEqual(expected);
  });

  it('throws its own errors', async () => {
    const other = connect().embeddings.create({ ...ask, model: 'text-embedding-3-small' });
    await expect(other).rejects.toThrow(OpenAI.NotFoundError);
    await expect(connect().embeddings.create({ ...ask, input: '' })).rejects.toThrow(OpenAI.BadRequestError);
    model.next(status(500, { error: { message: 'crashed' } }));
    await expect(connect().embeddings.create(ask)).rejects.toThrow(OpenAI.InternalServerError);
  });

  it('finds the model by its name', async () => {
    expect(await connect().models.retrieve('bge-m3')).toMatchObject({ id: 'bge-m3' });
  });
});

describe('The AI SDK, unmodified', () => {
  const connect = () =>
    createOpenAICompatible({ name: 'service', baseURL: `${service.url}/v1`, apiKey: service.key });

  it('embeds one value, and many', async () => {
    const embedding = connect().embeddingModel('bge-m3');
    model.next(vectors(), vectors());
    expect((await embed({ model: embedding, value: 'a' })).embedding).toEqual(vectorOf(0));
    const many = await embedMany({ model: embedding, values: input });
    expect(many.embeddings).toEqual(expected);
    expect(many.usage.tokens).toBe(7);
  });
});

import {
  embeddingBodyOf,
  entries,
  toBase64,
  vectorOf,
  vectors,
} from '../../support/model/embedding-answers.js';
import type { Behaviour } from '../../support/model/model-server.exchange.js';
import { script } from '../../support/model/model-server.exchange.js';
import { status } from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { hangUp, head, raw } from '../../support/model/model-server.steps.js';
import { startServiceWithEmbeddings } from '../../support/service/service-with-embeddings.js';
import { stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';

interface Answer {
  readonly data: readonly { readonly index: number; readonly embedding: unknown }[];
  readonly usage: { readonly prompt_tokens: number };
  readonly error: { readonly message: string; readonly code: string; readonly param: string | null };
}

let model: ModelServer;
let service: TestService;
const start = async () => {
  ({ model, service } = await startServiceWithEmbeddings({ LLM_MAX_RETRIES: '0' }));
};
const stop = () => stopServiceWithModel({ model, service });

async function embed(more: object = {}) {
  const response = await service.post('/v1/embeddings', { input: ['first', 'second'], ...more });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer };
}

const given = ({ body }: { body: Answer }) => body.data.map(({ embedding }) => embedding);
const BOTH = [vectorOf(0), vectorOf(1)];
const BOTH_IN_BASE64 = BOTH.map(toBase64);

/** Refuses Base64 in its own way, and answers with numbers. */
function refusingBase64(refusal: Behaviour): Behaviour {
  return (exchange) => {
    const isRefused = embeddingBodyOf(exchange.request).encoding_format === 'base64';
    return (isRefused ? refusal : vectors())(exchange);
  };
}

describe('A server that does not know Base64', () => {
  // A service remembers it of its server.
  beforeEach(start);
  afterEach(stop);

  it.each<[string, Behaviour]>([
    ['ignores it (Ollama, LM Studio, infinity)', vectors(true)],
    [
      'refuses it (vLLM before 0.5.1)',
      refusingBase64(status(400, { object: 'error', message: 'base64 encoding is not currently supported' })),
    ],
    [
      'refuses its name (Gemini)',
      refusingBase64(status(400, [{ error: { code: 400, message: 'Invalid', status: 'INVALID_ARGUMENT' } }])),
    ],
    [
      'refuses it with an error of its own (LiteLLM)',
      refusingBase64(
        status(500, {
          error: { message: "UnsupportedParamsError: ollama does not support {'encoding_format': 'base64'}" },
        }),
      ),
    ],
    ['answers with an empty list (OpenRouter)', refusingBase64(entries([]))],
    ['validates it away (FastAPI)', refusingBase64(status(422, { detail: [{ loc: ['body'], msg: 'bad' }] }))],
  ])('%s: the caller gets Base64', async (_, behaviour) => {
    model.always(behaviour);
    expect(given(await embed({ encoding_format: 'base64' }))).toEqual(BOTH_IN_BASE64);
  });

  it('is asked for numbers from then on', async () => {
    model.always(refusingBase64(status(400, { error: { message: 'no' } })));
    await embed({ encoding_format: 'base64' });
    await embed({ encoding_format: 'base64' });
    expect(model.requests.map((one) => embeddingBodyOf(one).encoding_format)).toEqual([
      'base64',
      undefined,
      undefined,
    ]);
  });

  it('is asked for Base64 again when it refused something else', async () => {
    model.next(
      status(400, { error: { message: 'no' } }),
      status(400, { error: { message: 'no' } }),
      vectors(),
    );
    expect((await embed({ encoding_format: 'base64' })).status).toBe(400);
    expect(given(await embed({ encoding_format: 'base64' }))).toEqual(BOTH_IN_BASE64);
    expect(embeddingBodyOf(model.requests.at(-1)!).encoding_format).toBe('base64');
  });
});

describe('Vectors', () => {
  beforeAll(start);
  afterAll(stop);

  it.each<[string, object[]]>([
    ['in Base64 against what was asked', BOTH_IN_BASE64.map((embedding, index) => ({ index, embedding }))],
    ['in another order', [1, 0].map((index) => ({ embedding: vectorOf(index), index, object: 'embedding' }))],
    [
      'without an index (Gemini leaves out 0)',
      [{ embedding: vectorOf(0) }, { index: 1, embedding: vectorOf(1) }],
    ],
    ['with one index for all', BOTH.map((embedding) => ({ index: 0, embedding }))],
    ['counted from 1', BOTH.map((embedding, at) => ({ index: at + 1, embedding }))],
    [
      'among other members',
      BOTH.map((embedding, index) => ({
        meta: { embedding: [[9]], index: 7 },
        embedding,
        index,
        tags: [1, [2]],
      })),
    ],
  ])('%s reach the caller in the order of the inputs', async (_, data) => {
    model.next(entries(data));
    expect(given(await embed())).toEqual(BOTH);
  });

  it('are read with an escaped slash, as PHP writes Base64', async () => {
    const vector = [-1.9999998807907104, -1.9999998807907104];
    expect(toBase64(vector)).toContain('//');
    const escaped = JSON.stringify(toBase64(vector)).replaceAll('/', '\\/');
    model.always(
      script(head(), raw(`{"data":[{"embedding":${escaped}},{"embedding":${escaped}}]}`), hangUp()),
    );
    expect(given(await embed())).toEqual([vector, vector]);
  });

  it('keep each digit that the server wrote', async () => {
    const numbers = '[0.1000000000000000055511151231257827, -1.5E-05, 1e-45 ,0]';
    model.next(({ response }) => {
      response
        .writeHead(200)
        .end(`{"data":[{"embedding":${numbers}},{"embedding":${numbers}}],"usage":null}`);
    });
    const response = await service.post('/v1/embeddings', { input: ['first', 'second'] });
    expect(await response.text()).toContain(`"embedding":${numbers}}`);
  });

  it('are the 32-bit floats, little-endian, that Base64 says', async () => {
    model.next(entries([{ embedding: [1, -2.5] }, { embedding: [0.1, 1e-45] }]));
    const [first, second] = given(await embed({ encoding_format: 'base64' })) as [string, string];
    expect(Buffer.from(first, 'base64').toString('hex')).toBe('0000803f' + '000020c0');
    expect(Buffer.from(second, 'base64').toString('hex')).toBe('cdcccc3d' + '01000000');
  });
});

describe('An answer that is none', () => {
  beforeAll(start);
  afterAll(stop);

  it.each<[string, Behaviour]>([
    ['with fewer vectors', entries([{ index: 0, embedding: [1] }])],
    ['with more vectors', entries([0, 1, 2].map((index) => ({ index, embedding: [1] })))],
    ['with a number missing', entries([{ embedding: [1, null] }, { embedding: [1, 2] }])],
    ['with an empty vector', entries([{ embedding: [] }, { embedding: [] }])],
    ['with a vector of each token', entries([{ embedding: [[1], [2]] }, { embedding: [[1], [2]] }])],
    ['with vectors of two lengths', entries([{ embedding: [1, 2] }, { embedding: [1] }])],
    ['with text that is no Base64', entries([{ embedding: 'not it!' }, { embedding: 'not it!' }])],
    ['with half a number', entries([{ embedding: 'AAA=' }, { embedding: 'AAA=' }])],
    ['with entries that have no vector', entries([{ index: 0 }, { index: 1 }])],
    ['with an empty list', entries([])],
    ['of another protocol', status(200, [[1], [2]])],
    ['that is a page', status(200, '<html>hello</html>')],
    ['that breaks off', script(head(), raw('{"data":[{"embedding":[1,2'), hangUp())],
    ['that is an error', status(200, { error: { message: 'crashed', type: 'server_error' } })],
  ])('%s is a failure', async (_, behaviour) => {
    model.always(behaviour);
    const { status: code, body } = await embed();
    expect([code, body.error.code]).toEqual([502, 'model_failed']);
  });

  it('is repeated', async () => {
    const patient = await startServiceWithEmbeddings({ LLM_MAX_RETRIES: '1' });
    try {
      patient.model.next(entries([{ embedding: [1] }]), vectors());
      const response = await patient.service.post('/v1/embeddings', { input: ['first', 'second'] });
      expect(given({ body: (await response.json()) as Answer })).toEqual(BOTH);
    } finally {
      await stopServiceWithModel(patient);
    }
  });
});

describe('Usage', () => {
  beforeAll(start);
  afterAll(stop);

  it.each([
    ['the count of the server', { usage: { prompt_tokens: 5, total_tokens: 5 } }, 5],
    ['its total, where it has no other', { usage: { total_tokens: 6 } }, 6],
    ['an estimate, of a server that does not count', {}, 4],
    ['an estimate, of a server that counts nothing (llama.cpp)', { usage: { prompt_tokens: 0 } }, 4],
  ])('is %s', async (_, more, count) => {
    model.next(
      entries(
        BOTH.map((embedding) => ({ embedding })),
        more,
      ),
    );
    expect((await embed()).body.usage).toEqual({ prompt_tokens: count, total_tokens: count });
  });
});

describe('A refusal', () => {
  beforeAll(start);
  afterAll(stop);

  it.each<[string, object, Behaviour, [number, string, string | null]]>([
    [
      'of a length by a model that has one only (vLLM)',
      { dimensions: 2 },
      status(400, { object: 'error', message: 'Model "x" does not support matryoshka representation' }),
      [400, 'validation_failed', 'dimensions'],
    ],
    [
      'of a length that is ignored (Ollama)',
      { dimensions: 3 },
      entries(BOTH.map((embedding) => ({ embedding }))),
      [400, 'validation_failed', 'dimensions'],
    ],
    [
      'of token ids (Ollama)',
      { input: [[1], [2]] },
      status(400, { error: { message: 'invalid input type', type: 'invalid_request_error' } }),
      [400, 'validation_failed', 'input'],
    ],
    [
      'of a batch (TEI)',
      {},
      status(422, { message: 'batch size 33 > maximum allowed batch size 32', type: 'Validation' }),
      [400, 'validation_failed', 'input'],
    ],
    [
      'of a batch (Gemini)',
      {},
      status(400, [{ error: { code: 400, message: 'at most 100 requests can be in one batch' } }]),
      [400, 'validation_failed', 'input'],
    ],
    [
      'of a text that is too long (TEI)',
      {},
      status(413, {
        error: 'Input validation error: `inputs` must have less than 512 tokens',
        error_type: 'Validation',
      }),
      [400, 'context_length_exceeded', null],
    ],
    [
      'of a text that is too long (vLLM)',
      {},
      status(400, {
        object: 'error',
        message: "This model's maximum context length is 512 tokens",
        code: 400,
      }),
      [400, 'context_length_exceeded', null],
    ],
    ['of the key', {}, status(401, { error: { message: 'bad key' } }), [502, 'model_misconfigured', null]],
    [
      'of the model (Ollama)',
      {},
      status(404, { error: { message: 'model "x" not found' } }),
      [502, 'model_misconfigured', null],
    ],
    ['that says nothing more', {}, status(400, { error: { message: 'no' } }), [400, 'model_refused', null]],
  ])('%s', async (_, more, behaviour, expected) => {
    model.always(behaviour);
    const { status: code, body } = await embed(more);
    expect([code, body.error.code, body.error.param]).toEqual(expected);
    expect(body.error.message).not.toContain('question');
  });

  it('for a while stays one, and says for how long', async () => {
    const overloaded = { error: 'Model is overloaded', error_type: 'overloaded' };
    model.next(status(429, overloaded, { 'retry-after': '7' }));
    const { status: code, headers, body } = await embed();
    expect([code, body.error.code]).toEqual([429, 'rate_limit_exceeded']);
    expect(headers.get('retry-after')).toBe('7');
  });
});

import OpenAI from 'openai';
import { answer } from '../../support/model/model-server.answers.js';
import { status } from '../../support/model/model-server.faults.js';
import type { Behaviour } from '../../support/model/model-server.exchange.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { shortenPauses } from '../../support/service/short-pauses.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';

const error = (message: string, more: object = {}) => ({ error: { message, ...more } });

let model: ModelServer;
let service: TestService;
beforeAll(async () => {
  ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '1' }));
  shortenPauses(service);
});
afterAll(() => stopServiceWithModel({ model, service }));

const client = (maxRetries = 0) =>
  new OpenAI({ baseURL: `${service.url}/v1`, apiKey: service.key, maxRetries });
const ask = (stream: boolean, more: object = {}, maxRetries = 0) =>
  client(maxRetries).chat.completions.create({
    model: 'test-model',
    messages: [{ role: 'user', content: 'q' }],
    stream,
    ...more,
  });

describe.each([true, false])('The openai SDK (stream: %s)', (stream) => {
  it.each<[string, Behaviour, new (...args: never[]) => Error, object]>([
    [
      'says 429',
      status(429, error('slow down', { type: 'requests', code: 'rate_limit_exceeded' })),
      OpenAI.RateLimitError,
      { status: 429, code: 'rate_limit_exceeded', type: 'rate_limit_error' },
    ],
    [
      'says 429 without a body',
      status(429),
      OpenAI.RateLimitError,
      { status: 429, code: 'rate_limit_exceeded' },
    ],
    [
      'has a limit and says 200 with an error',
      status(200, error('slow down', { type: 'rate_limit_error', code: 429 })),
      OpenAI.RateLimitError,
      { status: 429, code: 'rate_limit_exceeded' },
    ],
    [
      'refuses the key of the service',
      status(401, error('no', { code: 'invalid_api_key' })),
      OpenAI.InternalServerError,
      { status: 502, code: 'model_misconfigured' },
    ],
    [
      'is out of quota',
      status(429, error('no', { code: 'insufficient_quota', type: 'insufficient_quota' })),
      OpenAI.InternalServerError,
      { status: 502, code: 'model_misconfigured' },
    ],
    [
      'does not know its model',
      status(404, error('no', { code: 'model_not_found' })),
      OpenAI.InternalServerError,
      { status: 502, code: 'model_misconfigured' },
    ],
    [
      'has too small a context',
      status(400, error('too long', { code: 'context_length_exceeded' })),
      OpenAI.BadRequestError,
      { status: 400, code: 'context_length_exceeded' },
    ],
    [
      'filters',
      status(400, error('no', { code: 'content_filter' })),
      OpenAI.BadRequestError,
      { status: 400, code: 'content_filter' },
    ],
    [
      'refuses a parameter',
      status(400, error('no', { param: 'top_k' })),
      OpenAI.BadRequestError,
      { status: 400, code: 'model_refused' },
    ],
    [
      'cannot read the request',
      status(422, { detail: [{ loc: ['body', 'x'], msg: 'no' }] }),
      OpenAI.BadRequestError,
      { status: 400, code: 'model_refused' },
    ],
    [
      'is overloaded',
      status(503, error('busy')),
      OpenAI.InternalServerError,
      { status: 503, code: 'model_overloaded' },
    ],
    ['crashes', status(500, error('no')), OpenAI.InternalServerError, { status: 502, code: 'model_failed' }],
  ])('throws its own error when the model server %s', async (_, behaviour, type, members) => {
    model.always(behaviour);
    const refused = ask(stream).catch((thrown: unknown) => thrown);
    expect(await refused).toBeInstanceOf(type);
    expect(await refused).toMatchObject(members);
  });

  it('gets the 429 of a server that wants a longer pause than a status is waited for, and how long', async () => {
    model.next(status(429, error('slow down'), { 'retry-after': '20' }));
    const refused = (await ask(stream).catch((thrown: unknown) => thrown)) as InstanceType<
      typeof OpenAI.RateLimitError
    >;
    expect(refused).toBeInstanceOf(OpenAI.RateLimitError);
    expect(refused.headers.get('retry-after')).toBe('20');
    expect(refused.headers.get('x-should-retry')).toBe('true');
  });

  it('repeats a 429 by itself, and gets the answer', async () => {
    model.next(
      status(429, error('slow down'), { 'retry-after': '1' }),
      status(429, error('slow down')),
      answer('then'),
    );
    const answered = await ask(stream, {}, 1);
    if ('choices' in answered) expect(answered.choices[0]!.message.content).toBe('then');
    else {
      let text = '';
      for await (const { choices } of answered) text += choices[0]?.delta.content ?? '';
      expect(text).toBe('then');
    }
  });
});

import fc from 'fast-check';
import { readServerError } from './server-error.js';

describe('What a server says of an error', () => {
  it.each([
    [
      'OpenAI',
      { error: { message: 'too long', type: 'invalid_request_error', param: 'messages', code: 'x' } },
      { type: 'invalid_request_error', code: 'x', param: 'messages', message: 'too long' },
    ],
    [
      'vLLM',
      { object: 'error', message: 'too long', type: 'BadRequestError', param: null, code: 400 },
      { type: 'BadRequestError', code: 400, status: 400, param: undefined, message: 'too long' },
    ],
    [
      'Gemini, in a list',
      [
        {
          error: {
            code: 429,
            message: 'busy',
            status: 'RESOURCE_EXHAUSTED',
            details: [{ retryDelay: '45.5s' }],
          },
        },
      ],
      { code: 429, status: 429, type: 'RESOURCE_EXHAUSTED', message: 'busy', retryAfterSeconds: 45.5 },
    ],
    [
      'Azure, with an error in the error',
      { error: { code: 'content_filter', innererror: { code: 'ResponsibleAIPolicyViolation' } } },
      { code: 'content_filter', words: 'content_filter responsibleaipolicyviolation' },
    ],
    [
      'FastAPI, without what was sent',
      { detail: [{ type: 'missing', loc: ['body', 'model'], msg: 'Field required', input: 'my question' }] },
      { type: 'missing', message: 'Field required' },
    ],
    [
      'MiniMax',
      { base_resp: { status_code: 1008, status_msg: 'insufficient balance' } },
      { code: 1008, message: 'insufficient balance' },
    ],
    ['FastChat', { text: 'out of memory', error_code: 50002 }, { code: 50002, message: 'out of memory' }],
    [
      'Anthropic',
      { type: 'error', error: { type: 'overloaded_error', message: 'busy' } },
      { type: 'overloaded_error' },
    ],
    [
      'Tencent',
      { Response: {}, Error: { Code: 'AuthFailure', Message: 'no' } },
      { code: 'AuthFailure', message: 'no' },
    ],
    [
      'OpenRouter, from another server',
      { error: { code: 400, message: 'Provider returned error', metadata: { raw: '{"error":"no"}' } } },
      { status: 400, message: 'Provider returned error; {"error":"no"}' },
    ],
    [
      'an object in place of a message',
      { message: { en: 'busy', zh: '忙', input: 'my question' } },
      { message: 'busy; 忙' },
    ],
    [
      'Apigee',
      { fault: { faultstring: 'busy', detail: { errorcode: 'x' } } },
      { message: 'busy', code: 'x' },
    ],
    ['WeChat', { errcode: 40001, errmsg: 'busy' }, { message: 'busy', code: 40001 }],
    ['a text', 'busy', { message: 'busy' }],
  ])('is read in the form of %s', (_, body, expected) => {
    expect(readServerError(body)).toMatchObject(expected);
  });

  it('is nothing in the request, sent back', () => {
    const request = { model: 'm', messages: [{ role: 'user', content: 'my question' }], stream: true };
    expect(readServerError(request)).toMatchObject({ message: '', words: '' });
  });

  it('is bounded, and read of any JSON', () => {
    const long = Array.from({ length: 1_000 }, (_, nth) => ({ message: `${nth} ${'x'.repeat(5_000)}` }));
    expect(readServerError(long).message).toHaveLength(4_000);
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        const { words, message, status = 400 } = readServerError(body);
        expect(words.length + message.length).toBeLessThanOrEqual(8_000);
        expect(status).toBeGreaterThanOrEqual(400);
      }),
    );
  });
});

import { AppError, invalidField } from '../../common/errors/app-error.js';
import { OPENAI_ERRORS, openAiStatus, toOpenAiError } from './v1-errors.js';

const CONTEXT = { path: '/v1/chat/completions', requestId: 'r' };

describe('An error in the form of the OpenAI API', () => {
  it('names the member at fault, and says how to correct it', () => {
    expect(toOpenAiError(invalidField('/metadata/prompt_name', 'must be a string'))).toEqual({
      error: {
        message: 'metadata.prompt_name must be a string.',
        type: 'invalid_request_error',
        param: 'metadata.prompt_name',
        code: 'validation_failed',
      },
    });
  });

  it('has the names that its clients know for a wrong key and an unknown model', () => {
    const unknown = new AppError('model_not_supported', 'No.', { extensions: { supported: ['a', 'b'] } });
    expect(toOpenAiError(unknown).error).toMatchObject({
      message: 'No. There are: a, b.',
      code: 'model_not_found',
    });
    expect(openAiStatus(unknown)).toBe(404);
    expect(toOpenAiError(new AppError('unauthorized', 'No.')).error.code).toBe('invalid_api_key');
  });

  it.each([
    ['context_too_long', 'context_length_exceeded'],
    ['content_filtered', 'content_filter'],
  ] as const)('has the name that its clients know for %s: %s', (code, name) => {
    const { error } = toOpenAiError(new AppError(code, 'No.'));
    expect(error).toMatchObject({ code: name, type: 'invalid_request_error' });
    expect(openAiStatus(new AppError(code, 'No.'))).toBe(400);
  });

  it.each([
    ['model_failed', 'server_error'],
    ['turn_in_progress', 'invalid_request_error'],
  ] as const)('says whose fault it is: %s', (code, type) => {
    const error = new AppError(code, 'Why.', { cause: new Error('secret') });
    expect(toOpenAiError(error)).toEqual({ error: { message: 'Why.', type, param: null, code } });
    expect(openAiStatus(error)).toBe(error.status);
  });

  it.each([
    ['/messages/0/content/12/image_url', 'messages[0].content[12].image_url'],
    ['/tools/3', 'tools[3]'],
    ['/metadata/a~1b~0c', 'metadata.a/b~c'],
    ['?limit', 'limit'],
    ['', null],
  ])('writes a place in the body as its clients know it: %s', (pointer, param) => {
    expect(toOpenAiError(invalidField(pointer, 'is wrong')).error.param).toBe(param);
  });

  it('is a 429 where too many requests were made, of a caller or of this service', () => {
    const ofCaller = new AppError('too_many_requests', 'Wait.', { retryAfterSeconds: 7 });
    const ofService = new AppError('model_overloaded', 'Wait.', { isRateLimit: true });
    const [answer, other] = [ofCaller, ofService].map((error) => OPENAI_ERRORS.answer(error, CONTEXT));
    const expected = { message: 'Wait.', type: 'rate_limit_error', param: null, code: 'rate_limit_exceeded' };
    expect(answer).toMatchObject({ status: 429, body: { error: expected } });
    expect(other).toMatchObject({ status: 429, body: { error: expected } });
    // The filter sets the header of an error that knows how long.
    expect(answer!.headers).not.toHaveProperty('Retry-After');
    expect(other!.headers).toMatchObject({ 'Retry-After': '1', 'X-Should-Retry': 'true' });
  });

  it('is a 400 where the model server refuses what was sent, and no fault of the caller where it refuses the service', () => {
    expect(OPENAI_ERRORS.answer(new AppError('model_refused', 'No.'), CONTEXT)).toMatchObject({
      status: 400,
      body: { error: { type: 'invalid_request_error', code: 'model_refused' } },
    });
    expect(OPENAI_ERRORS.answer(new AppError('model_misconfigured', 'No.'), CONTEXT)).toMatchObject({
      status: 502,
      headers: { 'X-Should-Retry': 'false' },
      body: { error: { type: 'server_error', code: 'model_misconfigured' } },
    });
  });
});

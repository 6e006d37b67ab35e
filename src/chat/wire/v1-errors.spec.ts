import { AppError, invalidField } from '../../common/errors/app-error.js';
import { openAiStatus, toOpenAiError } from './v1-errors.js';

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
    expect(openAiStatus('model_not_supported', unknown.status)).toBe(404);
    expect(toOpenAiError(new AppError('unauthorized', 'No.')).error.code).toBe('invalid_api_key');
  });

  it.each([
    ['context_too_long', 'context_length_exceeded'],
    ['content_filtered', 'content_filter'],
  ] as const)('has the name that its clients know for %s: %s', (code, name) => {
    const { error } = toOpenAiError(new AppError(code, 'No.'));
    expect(error).toMatchObject({ code: name, type: 'invalid_request_error' });
    expect(openAiStatus(code, new AppError(code, 'No.').status)).toBe(400);
  });

  it.each([
    ['model_failed', 'server_error'],
    ['too_many_requests', 'rate_limit_error'],
    ['turn_in_progress', 'invalid_request_error'],
  ] as const)('says whose fault it is: %s', (code, type) => {
    const error = new AppError(code, 'Why.', { cause: new Error('secret') });
    expect(toOpenAiError(error)).toEqual({ error: { message: 'Why.', type, param: null, code } });
    expect(openAiStatus(code, error.status)).toBe(error.status);
  });
});

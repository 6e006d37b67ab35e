import { ModelFailure, toAppError } from './model-failure.js';

describe('toAppError', () => {
  it.each([
    ['model_failed', 502],
    ['model_refused', 502],
    ['model_misconfigured', 502],
    ['content_filtered', 400],
    ['context_too_long', 400],
    ['model_overloaded', 503],
    ['model_timeout', 504],
  ] as const)('tells a caller of %s by status %s, and nothing that the server said', (code, status) => {
    const failure = new ModelFailure(
      { code, isRetriable: true, isOutage: false },
      'status 400: internal words',
      {
        retryAfterSeconds: 7,
      },
    );
    const error = toAppError(failure);
    expect(error).toMatchObject({ code, status, retryAfterSeconds: 7, cause: failure });
    expect(error.message).not.toContain('internal words');
  });

  it.each([
    [0, 1],
    [0.5, 1],
    [1.2, 2],
    [60, 60],
    [999_999_999, 3_600],
  ])('asks a caller to wait for a second to an hour: of %d s it makes %d', (asked, told) => {
    const failureClass = { code: 'model_overloaded', isRetriable: true, isOutage: false } as const;
    const failure = new ModelFailure(failureClass, 'busy', { retryAfterSeconds: asked });
    expect(toAppError(failure).retryAfterSeconds).toBe(told);
  });

  it('takes what is no failure of a model for a fault that another attempt does not cure', () => {
    const bug = new TypeError('x is not a function');
    const error = toAppError(bug);
    expect(error).toMatchObject({ code: 'model_failed', cause: bug });
    expect(error.message).not.toContain('function');
  });
});

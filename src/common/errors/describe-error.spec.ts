import { describeError, quoteError, summarizeError } from './describe-error.js';

/** Thrown by Node while it reads what a caller sent. */
function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown');
}

const SECRET = 'secret of a caller';

describe('What a log has of an error', () => {
  it.each([
    ['SyntaxError', () => JSON.parse(SECRET) as unknown],
    ['TypeError ERR_INVALID_URL', () => new URL(SECRET)],
    ['TypeError', () => 'x' in (SECRET as unknown as object)],
    ['a thrown string', () => thrower(SECRET)],
    ['Error', () => thrower(Object.assign(new Error(SECRET), { name: SECRET, code: SECRET }))],
    ['Error', () => thrower(new Error(`two lines\n    at ${SECRET}`))],
    [
      'Error',
      () => thrower(Object.assign(new Error('x'), { message: 'y', stack: `Error\n    at ${SECRET}` })),
    ],
  ])('is its name and its code: %s', (summary, work) => {
    const error = thrownBy(work);
    expect(describeError(error)).not.toContain('secret');
    expect(summarizeError(error)).toBe(summary);
  });

  it('is where it was thrown', () => {
    expect(describeError(new Error(SECRET))).toMatch(/^Error\n {4}at .*describe-error\.spec/);
  });

  it('is the same of its causes, and the message of an error that was made for the log', () => {
    const loggable = Object.assign(new Error('code=23505'), { isLoggable: true });
    const error = new TypeError(SECRET, { cause: new RangeError(SECRET, { cause: loggable }) });
    expect(summarizeError(error)).toBe('TypeError, caused by RangeError, caused by Error: code=23505');
  });

  it('is bounded, also when it is its own cause', () => {
    const error = new Error(SECRET);
    error.cause = error;
    expect(summarizeError(error).split('caused by')).toHaveLength(4);
    expect(quoteError(new Error('x'.repeat(10_000)))).toHaveLength(300);
  });
});

function thrower(thrown: unknown): never {
  throw thrown;
}

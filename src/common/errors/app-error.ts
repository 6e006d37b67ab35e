import { ERROR_CODES, type ErrorCode } from './error-codes.js';

/** One faulty field of a request. */
export interface FieldError {
  /** RFC 6901 JSON pointer into the request body (`/stars`), or `?name` for a query parameter. */
  readonly pointer: string;
  /** The fault and how to correct it. Never repeats the sent value. */
  readonly detail: string;
}

export interface AppErrorOptions {
  readonly errors?: readonly FieldError[];
  /** Members of the problem document beyond the standard ones, such as `supported`. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Whole seconds after which a repetition may succeed: the `Retry-After` header. */
  readonly retryAfterSeconds?: number;
  /** Whether a server behind this one counts its requests, and wants fewer of them: wires that show its 429 do so. */
  readonly isRateLimit?: boolean;
  /** What went wrong underneath: logged, never sent. */
  readonly cause?: unknown;
}

/**
 * The one error that services throw. Its code decides status, title, log level and whether a
 * repetition may help (see {@link ERROR_CODES}); its message is the `detail` that the caller reads.
 */
export class AppError extends Error {
  readonly errors?: readonly FieldError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number;
  readonly isRateLimit: boolean;

  constructor(
    readonly code: ErrorCode,
    detail: string,
    options: AppErrorOptions = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'AppError';
    this.errors = options.errors;
    this.extensions = options.extensions;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.isRateLimit = options.isRateLimit ?? false;
  }

  /** The same error, about these fields: a wire has names of its own for them. */
  about(errors: readonly FieldError[] | undefined): AppError {
    const { code, message, extensions, retryAfterSeconds, isRateLimit, cause } = this;
    return new AppError(code, message, { errors, extensions, retryAfterSeconds, isRateLimit, cause });
  }

  get status(): number {
    return ERROR_CODES[this.code].status;
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }
}

/** A 404 that is the same for what does not exist and for what belongs to somebody else. */
export function notFound(what: string): AppError {
  return new AppError('not_found', `There is no such ${what}.`);
}

/** A 400 about one field; `pointer` as in {@link FieldError}. */
export function invalidField(pointer: string, detail: string): AppError {
  return new AppError('validation_failed', 'The request has a field that cannot be used.', {
    errors: [{ pointer, detail }],
  });
}

/**
 * A 429 for a client whose other requests hold its share of something that all clients use.
 * @param what of which it has a share, such as `database`
 */
export function shareIsTaken(what: string): AppError {
  const detail = `Your other requests hold your share of the ${what}. Wait until one of them has ended.`;
  return new AppError('too_many_requests', detail, { retryAfterSeconds: 1 });
}

/** The caller has closed the connection, so nothing reads the answer. */
export function callerLeft(): AppError {
  return new AppError('bad_request', 'The caller left before the answer was complete.');
}

import type { LoggableError } from '../common/errors/describe-error.js';
import { AppError } from '../common/errors/app-error.js';
import type { ModelFailureCode } from './completion.js';
import type { ServerError } from './openai/refusal/server-error.js';

/** What follows from a failure: the error for the caller, and whether another attempt may succeed. */
export interface FailureClass {
  readonly code: ModelFailureCode;
  readonly isRetriable: boolean;
  /** Whether it says that the server is not well. What is a caller's fault, or a limit of one key, does not. */
  readonly isOutage: boolean;
  /** Whether another attempt may succeed only at another target. */
  readonly isElsewhereOnly?: boolean;
  /** Whether the server seems to restart, or to load its model: it is worth waiting for. */
  readonly isAway?: boolean;
  /** Whether the server counts the requests of this service: its 429. */
  readonly isRateLimit?: boolean;
  /** Whether no model can have worked on the request: then it was no attempt. */
  readonly isUnreached?: boolean;
}

export interface ModelFailureOptions {
  /** Seconds for which the server asked to be left alone; may be a fraction. */
  readonly retryAfterSeconds?: number;
  /** What the server said, for the log at `debug`: it may be the prompt in other words. */
  readonly quote?: string;
  /** What the server said, as it came: to decide by. It may be the prompt, and is for no log. */
  readonly said?: ServerError;
  /** Whether the model server itself said so, in JSON: a page may be a proxy's. */
  readonly isServersWord?: boolean;
  /** Words of ours for the caller, in place of those of the code. */
  readonly detail?: string;
  readonly cause?: unknown;
}

/**
 * Why one attempt at one target failed. It stays inside this module: {@link toAppError} makes of it
 * what a caller may see. Its message is for the log: nothing that a server said is in it but known words.
 */
export class ModelFailure extends Error implements LoggableError {
  readonly code: ModelFailureCode;
  readonly isRetriable: boolean;
  readonly isOutage: boolean;
  readonly isElsewhereOnly: boolean;
  readonly isAway: boolean;
  readonly isUnreached: boolean;
  readonly isRateLimit: boolean;
  readonly retryAfterSeconds?: number;
  readonly quote?: string;
  readonly said?: ServerError;
  readonly isServersWord: boolean;
  readonly detail?: string;
  readonly isLoggable = true;

  constructor(
    { code, isRetriable, isOutage, ...found }: FailureClass,
    reason: string,
    options: ModelFailureOptions = {},
  ) {
    super(reason, { cause: options.cause });
    this.name = 'ModelFailure';
    this.code = code;
    this.isRetriable = isRetriable;
    this.isOutage = isOutage;
    this.isElsewhereOnly = found.isElsewhereOnly ?? false;
    this.isAway = found.isAway ?? false;
    this.isUnreached = found.isUnreached ?? false;
    this.isRateLimit = found.isRateLimit ?? false;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.quote = options.quote;
    this.said = options.said;
    this.isServersWord = options.isServersWord ?? false;
    this.detail = options.detail;
  }
}

/** Constant, so that nothing a model server says reaches a caller. */
const DETAILS: Record<ModelFailureCode, string> = {
  model_failed: 'The model server could not be reached, answered with an error, or broke off its answer.',
  model_refused: 'The model server refused the request. The log of this service says why.',
  model_misconfigured:
    'The model server refuses this service: its key, its account or its model. The log of this service says why.',
  content_filtered: 'A content filter of the model server refused the question or its answer.',
  context_too_long:
    'The question, its history and the answer are too long for the model. Shorten them, or ask for a shorter answer.',
  empty_answer: 'The model ended its answer without a text.',
  model_overloaded: 'The model server has too much to do. Try again later.',
  model_timeout: 'The model server did not answer in time.',
};

/** In seconds. What a model server means by more, such as a quota of a month, is no time for a caller to wait. */
const MAX_RETRY_AFTER = 3_600;

/** Anything that an attempt can throw, as the error that leaves this module. */
export function toAppError(failure: unknown): AppError {
  const { code, detail, isRateLimit, retryAfterSeconds: asked } = toModelFailure(failure);
  // A header of HTTP has whole seconds.
  const retryAfterSeconds =
    asked === undefined ? undefined : Math.min(Math.max(1, Math.ceil(asked)), MAX_RETRY_AFTER);
  return new AppError(code, detail ?? DETAILS[code], { retryAfterSeconds, isRateLimit, cause: failure });
}

/** A fault of our own, such as a TypeError, is not cured by another attempt. */
export function toModelFailure(error: unknown): ModelFailure {
  if (error instanceof ModelFailure) return error;
  const failureClass: FailureClass = { code: 'model_failed', isRetriable: false, isOutage: false };
  return new ModelFailure(failureClass, 'an unexpected error', { cause: error });
}

import type { PartialAnswer } from './answer/answer-fold.js';
import type { ErrorCode, Problem } from './generated/types.js';

/** Everything that this package throws of its own: a {@link ProblemError} or a {@link ConnectionError}. */
export abstract class ChatError extends Error {
  constructor(
    message: string,
    /** Of `ask` and `follow`: what there is of the answer. */
    readonly partial?: PartialAnswer,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What a {@link ProblemError} is made of. */
export interface ProblemDetails {
  readonly status: number;
  /** Absent: what answered was not the service, but something in front of it. */
  readonly problem?: Problem;
  readonly retryAfterMs?: number;
  readonly storedChars?: number;
}

/** The service refused a request, or an answer of its failed: `code` and `problem` say why. */
export class ProblemError extends ChatError {
  override readonly name = 'ProblemError';
  /** The HTTP status; of an answer that failed after it had begun, the status in its problem. */
  readonly status: number;
  /** As the service sent it (RFC 9457). */
  readonly problem: Problem | undefined;
  /** How long the service wants to be left alone, in ms, where it said so. */
  readonly retryAfterMs: number | undefined;
  /**
   * Only of variant A, after the process that answered had died: how much of the text was stored, in UTF-16 code
   * units. What `partial.text` has beyond that was lost.
   */
  readonly storedChars: number | undefined;

  constructor(details: ProblemDetails, partial?: PartialAnswer) {
    const { status, problem, retryAfterMs, storedChars } = details;
    super(problem?.detail ?? `The request was answered with status ${status}`, partial);
    this.status = status;
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
    this.storedChars = storedChars;
  }

  /** What happened, for programs: the list is closed, and the document of the service has it. */
  get code(): ErrorCode | undefined {
    return this.problem?.code;
  }

  /** Whether the same request may succeed when it is sent again. */
  get isRetryable(): boolean {
    return this.problem?.retryable ?? this.status >= 500;
  }

  /** The same error of an answer that has begun. */
  with(partial: PartialAnswer): ProblemError {
    return new ProblemError(this, partial);
  }
}

/**
 * The service cannot be reached, or the stream of an answer ended for good without its last frame. Whether the answer
 * goes on is not known: `follow(error.partial.chatId)` or `receipt(…)` tells, as soon as there is a connection again.
 */
export class ConnectionError extends ChatError {
  override readonly name = 'ConnectionError';
}

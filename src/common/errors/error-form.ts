import type { AppError } from './app-error.js';
import { type ProblemContext, toProblem } from './problem.js';

/** A refused request: its body is undefined where nothing of it was read. */
export interface RefusedRequest {
  readonly path: string;
  readonly body?: unknown;
}

/** An error as a response; the body becomes JSON. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/** The form of errors on some routes, whose callers read another one than problem JSON. */
export interface ErrorForm {
  /** Whether the caller of this request reads this form. */
  isFor(request: RefusedRequest): boolean;
  readonly answer: (error: AppError, context: ProblemContext) => ErrorAnswer;
}

/** Problem JSON (RFC 9457), the form of errors on every other route. */
export function answerWithProblem(error: AppError, context: ProblemContext): ErrorAnswer {
  return {
    status: error.status,
    headers: { 'Content-Type': 'application/problem+json' },
    body: toProblem(error, context),
  };
}

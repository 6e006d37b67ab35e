import { AppError, type FieldError } from './app-error.js';
import { ERROR_CODES, type ErrorCode } from './error-codes.js';

/** An error as callers see it: RFC 9457, and our members. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The path of the request. */
  readonly instance: string;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly request_id: string;
  readonly errors?: readonly FieldError[];
}

/** The request that an error belongs to. */
export interface ProblemContext {
  readonly path: string;
  readonly requestId: string;
}

/** The problem document of `error`. Nothing of its cause is in it. */
export function toProblem(error: AppError, { path, requestId }: ProblemContext): Problem {
  const { status, title, retryable } = ERROR_CODES[error.code];
  return {
    type: `urn:llm-chat:problem:${error.code}`,
    title,
    status,
    detail: error.message,
    instance: path,
    code: error.code,
    retryable,
    request_id: requestId,
    ...(error.errors && { errors: error.errors }),
    ...error.extensions,
  };
}

import type { AppError } from './app-error.js';
import { ERROR_CODES } from './error-codes.js';
import type { ProblemDto } from './problem.dto.js';

/** The request that an error belongs to. */
export interface ProblemContext {
  readonly path: string;
  readonly requestId: string;
  /** Where it was sent to, such as `http://127.0.0.1:3000`. Absent or `''`: not known. */
  readonly origin?: string;
}

/** The problem document of `error`. Nothing of its cause is in it. */
export function toProblem(error: AppError, { path, requestId }: ProblemContext): ProblemDto {
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
    ...(error.errors && { errors: [...error.errors] }),
    ...error.extensions,
  };
}

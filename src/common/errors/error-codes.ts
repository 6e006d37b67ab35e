import type { LogLevel } from '@nestjs/common';

interface ErrorCodeRule {
  readonly status: number;
  readonly title: string;
  /** Whether the same request may succeed when it is sent again. */
  readonly retryable: boolean;
  readonly logLevel: Extract<LogLevel, 'debug' | 'log' | 'warn' | 'error'>;
}

/** Every error that a caller can see: the closed list of `code`, and what follows from each. */
export const ERROR_CODES = {
  validation_failed: rule(400, 'The request is not valid'),
  malformed_json: rule(400, 'The body is not valid JSON'),
  bad_request: rule(400, 'The request cannot be understood'),
  model_not_supported: rule(400, 'The model is not supported'),
  prompt_not_found: rule(400, 'There is no such prompt template'),
  prompt_not_valid: rule(400, 'The prompt template is not valid'),
  context_too_long: rule(400, 'The question is too long for the model', { logLevel: 'warn' }),
  content_filtered: rule(400, 'A content filter refused the question or the answer', { logLevel: 'log' }),
  unauthorized: rule(401, 'A valid key is needed'),
  not_found: rule(404, 'Not found'),
  method_not_allowed: rule(405, 'The method is not allowed'),
  request_timeout: rule(408, 'The request took too long to arrive', { retryable: true }),
  conflict: rule(409, 'Others change the same thing at this moment', { retryable: true }),
  turn_in_progress: rule(409, 'A turn of this conversation is in progress', { retryable: true }),
  request_differs: rule(409, 'The request differs from the request that it repeats'),
  payload_too_large: rule(413, 'The body is too large'),
  unsupported_media_type: rule(415, 'The content type is not supported'),
  too_many_requests: rule(429, 'Too many requests', { retryable: true }),
  internal_error: rule(500, 'Something went wrong', { retryable: true, logLevel: 'error' }),
  turn_interrupted: rule(500, 'The answer was interrupted', { retryable: true, logLevel: 'warn' }),
  model_failed: rule(502, 'The model server failed', { retryable: true, logLevel: 'warn' }),
  model_refused: rule(502, 'The model server refused the request', { logLevel: 'error' }),
  model_misconfigured: rule(502, 'The model server refuses this service', { logLevel: 'error' }),
  empty_answer: rule(502, 'The model gave no answer', { retryable: true, logLevel: 'warn' }),
  shutting_down: rule(503, 'The service is shutting down', { retryable: true, logLevel: 'log' }),
  service_overloaded: rule(503, 'The service is overloaded', { retryable: true, logLevel: 'warn' }),
  model_overloaded: rule(503, 'The model server is overloaded', { retryable: true, logLevel: 'warn' }),
  database_unavailable: rule(503, 'The database is not available', { retryable: true, logLevel: 'error' }),
  model_timeout: rule(504, 'The model server did not answer in time', { retryable: true, logLevel: 'warn' }),
} as const satisfies Record<string, ErrorCodeRule>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The codes in the order of their statuses, for the OpenAPI document. */
export const ERROR_CODE_NAMES = Object.keys(ERROR_CODES) as ErrorCode[];

function rule(
  status: number,
  title: string,
  rest: { retryable?: boolean; logLevel?: ErrorCodeRule['logLevel'] } = {},
): ErrorCodeRule {
  return { status, title, retryable: rest.retryable ?? false, logLevel: rest.logLevel ?? 'debug' };
}

import type { ErrorCode } from '../../common/errors/error-codes.js';

export const ERROR_TYPES = ['invalid_request_error', 'rate_limit_error', 'server_error'] as const;
export type OpenAiErrorType = (typeof ERROR_TYPES)[number];

export type OpenAiErrorCode =
  | ErrorCode
  | 'invalid_api_key'
  | 'model_not_found'
  | 'context_length_exceeded'
  | 'content_filter'
  | 'rate_limit_exceeded';

/** What is called otherwise there, and that an unknown model is a 404. */
const RENAMED: Partial<Record<ErrorCode, OpenAiErrorCode>> = {
  unauthorized: 'invalid_api_key',
  model_not_supported: 'model_not_found',
  context_too_long: 'context_length_exceeded',
  content_filtered: 'content_filter',
  too_many_requests: 'rate_limit_exceeded',
};

/** The code of an error in the OpenAI API. */
export function openAiErrorCode(code: ErrorCode): OpenAiErrorCode {
  return RENAMED[code] ?? code;
}

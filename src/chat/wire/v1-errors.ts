import { AppError } from '../../common/errors/app-error.js';
import type { ErrorCode } from '../../common/errors/error-codes.js';
import type { ErrorForm } from '../../common/errors/error-form.js';
import type { ProblemContext } from '../../common/errors/problem.js';
import { throwWithField } from './error-fields.js';
import { openAiErrorCode, type OpenAiErrorType } from './v1-error-codes.js';
import type { OpenAiErrorDto } from './v1-errors.dto.js';
import { isV1, rightBaseUrl, wayOutOf } from './v1-paths.js';

/** All paths of the OpenAI API begin so. */
export const OPENAI_PATHS = '/v1/';

export const OPENAI_ERRORS: ErrorForm = {
  isFor: ({ path }) => isV1(path),
  answer: (thrown, context) => {
    const error = explained(thrown, context);
    const status = openAiStatus(error);
    return {
      status,
      headers: {
        // The `openai` SDKs send every 408, 409, 429 and 5xx again, unless this header says otherwise.
        'X-Should-Retry': String(error.retryable),
        'Content-Type': 'application/json',
        ...(status === 429 && error.retryAfterSeconds === undefined && { 'Retry-After': '1' }),
      },
      body: toOpenAiError(error),
    };
  },
};

/** Refuses a turn in the words of the OpenAI API. */
export const throwInOpenAiWords = throwWithField({
  model_not_supported: '/model',
  prompt_not_found: '/metadata/prompt_name',
});

/**
 * The error that helps the caller of what is no route. A route that is not offered is a 400: after a 404 LiteLLM's proxy takes
 * the model from all of its callers. Where the base URL is wrong there is nothing to take.
 */
function explained(error: AppError, { path, origin = '' }: ProblemContext): AppError {
  const wayOut = wayOutOf(path);
  if (wayOut !== undefined) return new AppError('bad_request', wayOut);
  const isNoRoute = error.code === 'not_found' || error.code === 'method_not_allowed';
  const baseUrl = isNoRoute ? rightBaseUrl(path, origin) : undefined;
  return baseUrl === undefined ? error : new AppError('not_found', baseUrl);
}

/** What the request itself is the cause of: a 5xx would make LiteLLM's proxy take the model from all of its callers. */
const STATUSES: Partial<Record<ErrorCode, number>> = { model_not_supported: 404, model_refused: 400 };

/** The status of an error in the OpenAI API. */
export function openAiStatus({ code, status, isRateLimit }: AppError): number {
  return isRateLimit ? 429 : (STATUSES[code] ?? status);
}

/** An error as clients of the OpenAI API read it (https://platform.openai.com/docs/guides/error-codes). */
export function toOpenAiError(error: AppError): OpenAiErrorDto {
  const { code, errors = [] } = error;
  return {
    error: {
      message: describe(error),
      type: typeOf(openAiStatus(error)),
      // The empty pointer is the body itself.
      param: (errors[0] && toParam(errors[0].pointer)) || null,
      code: error.isRateLimit ? 'rate_limit_exceeded' : openAiErrorCode(code),
    },
  };
}

/** The form has one text: it contains the `errors` and `supported` of the problem. */
function describe({ message, errors = [], extensions }: AppError): string {
  if (Array.isArray(extensions?.['supported']))
    return `${message} There are: ${extensions['supported'].join(', ')}.`;
  if (errors.length === 0) return message;
  return errors.map(({ pointer, detail }) => `${toParam(pointer) || 'The body'} ${detail}.`).join(' ');
}

function typeOf(status: number): OpenAiErrorType {
  if (status >= 500) return 'server_error';
  return status === 429 ? 'rate_limit_error' : 'invalid_request_error';
}

/** `/messages/0/content` is written `messages[0].content` there (RFC 6901 for `~`). */
function toParam(pointer: string): string {
  return pointer
    .replace(/^[/?]/, '')
    .replaceAll(/\/(\d+)(?=\/|$)/g, '[$1]')
    .replaceAll('/', '.')
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
}

import type { AppError } from '../../common/errors/app-error.js';
import type { ErrorCode } from '../../common/errors/error-codes.js';
import type { ErrorForm } from '../../common/errors/error-form.js';
import { throwWithField } from './error-fields.js';
import { openAiErrorCode, type OpenAiErrorType } from './v1-error-codes.js';
import type { OpenAiErrorDto } from './v1-errors.dto.js';

/** All paths of the OpenAI API begin so. */
export const OPENAI_PATHS = '/v1/';

export const OPENAI_ERRORS: ErrorForm = {
  isFor: ({ path }) => path.toLowerCase().startsWith(OPENAI_PATHS),
  answer: (error) => ({
    status: openAiStatus(error.code, error.status),
    // The `openai` SDKs send every 409 and 5xx again, unless this header says otherwise.
    headers: { 'X-Should-Retry': String(error.retryable), 'Content-Type': 'application/json' },
    body: toOpenAiError(error),
  }),
};

/** Refuses a turn in the words of the OpenAI API. */
export const throwInOpenAiWords = throwWithField({
  model_not_supported: '/model',
  prompt_not_found: '/metadata/prompt_name',
});

/** The status of an error in the OpenAI API. */
export function openAiStatus(code: ErrorCode, status: number): number {
  return code === 'model_not_supported' ? 404 : status;
}

/** An error as clients of the OpenAI API read it (https://platform.openai.com/docs/guides/error-codes). */
export function toOpenAiError(error: AppError): OpenAiErrorDto {
  const { code, errors = [] } = error;
  return {
    error: {
      message: describe(error),
      type: typeOf(error.status),
      // The empty pointer is the body itself.
      param: (errors[0] && toParam(errors[0].pointer)) || null,
      code: openAiErrorCode(code),
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

/** `/metadata/prompt_name` is written `metadata.prompt_name` there. */
function toParam(pointer: string): string {
  return pointer.replace(/^[/?]/, '').replaceAll('/', '.');
}

import { getSchemaPath } from '@nestjs/swagger';
import { Enum } from '../../../common/api/schema.js';
import { ERROR_CODE_NAMES, ERROR_CODES, type ErrorCode } from '../../../common/errors/error-codes.js';
import { AppError } from '../../../common/errors/app-error.js';
import {
  OPENAI_ERROR_TYPES,
  type OpenAiErrorCode,
  openAiErrorCode,
  type OpenAiErrorType,
  openAiStatus,
  toOpenAiError,
} from './errors.js';

/** What is wrong, as the OpenAI API says it. */
export class OpenAiErrorDetailDto {
  /** For people @example 'There is no model of this name.' */
  message!: string;
  /** @example 'invalid_request_error' */
  @Enum('OpenAiErrorType', OPENAI_ERROR_TYPES) type!: OpenAiErrorType;
  /** The member at fault @example 'model' */
  param!: string | null;
  /** What happened, for programs @example 'model_not_found' */
  @Enum('OpenAiErrorCode', [...new Set(ERROR_CODE_NAMES.map(openAiErrorCode))]) code!: OpenAiErrorCode;
}

/** Every error answer of the routes under `/v1`. */
export class OpenAiErrorDto {
  error!: OpenAiErrorDetailDto;
}

/** What an error of some codes is about, in an example. */
const EXAMPLE_POINTERS: Partial<Record<ErrorCode, string>> = {
  validation_failed: '/messages',
  model_not_supported: '/model',
  prompt_not_found: '/metadata/prompt_name',
};

function exampleError(code: ErrorCode): AppError {
  const { title } = ERROR_CODES[code];
  const pointer = EXAMPLE_POINTERS[code];
  return new AppError(code, `${title}.`, pointer ? { errors: [{ pointer, detail: 'cannot be used' }] } : {});
}

/** The responses for errors of these codes, by status. */
export function openAiErrorResponses(codes: readonly ErrorCode[]): Record<string, object> {
  const byStatus = Map.groupBy(codes, (code) => openAiStatus(code, ERROR_CODES[code].status));
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [
      status,
      {
        description: ofStatus
          .map((code) => `\`${openAiErrorCode(code)}\`: ${ERROR_CODES[code].title}`)
          .join('; '),
        content: {
          'application/json': {
            schema: { $ref: getSchemaPath(OpenAiErrorDto) },
            examples: Object.fromEntries(
              ofStatus.map((code) => [openAiErrorCode(code), { value: toOpenAiError(exampleError(code)) }]),
            ),
          },
        },
      },
    ]),
  );
}

import { Enum, Example } from '../../common/api/fields.js';
import { ERROR_CODE_NAMES } from '../../common/errors/error-codes.js';
import {
  ERROR_TYPES,
  type OpenAiErrorCode,
  openAiErrorCode,
  type OpenAiErrorType,
} from './v1-error-codes.js';

/** What is wrong, as the OpenAI API says it. */
export class OpenAiErrorDetailDto {
  /** For people @example 'There is no model of this name.' */
  message!: string;
  @Example('invalid_request_error') @Enum('OpenAiErrorType', ERROR_TYPES) type!: OpenAiErrorType;
  /** The member at fault @example 'model' */
  param!: string | null;
  /** What happened, for programs @example 'model_not_found' */
  @Enum('OpenAiErrorCode', [...new Set(ERROR_CODE_NAMES.map(openAiErrorCode))]) code!: OpenAiErrorCode;
}

/** Every error answer of the routes under `/v1`. */
export class OpenAiErrorDto {
  error!: OpenAiErrorDetailDto;
}

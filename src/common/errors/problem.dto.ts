import { Enum, Integer, Schema } from '../api/fields.js';
import { ERROR_CODE_NAMES, type ErrorCode } from './error-codes.js';

/** One faulty field, as documented. */
export class FieldErrorDto {
  /** JSON pointer (RFC 6901) into the body, `?name` of a query parameter, or the name of a header @example '/query' */
  pointer!: string;
  /** The fault and how to correct it @example 'must be a string' */
  detail!: string;
}

/** Every error answer: `application/problem+json` (RFC 9457). */
export class ProblemDto {
  /** What kind of problem it is; not an address to open @example 'urn:llm-chat:problem:validation_failed' */
  @Schema({ format: 'uri' }) type!: string;
  /** The same for all problems of this `code` @example 'The request is not valid' */
  title!: string;
  @Integer({ min: 400, max: 599, description: 'The HTTP status', example: 400 }) status!: number;
  /** What happened, for people @example 'The request has a field that cannot be used.' */
  detail!: string;
  /** The path of the request @example '/chat' */
  instance!: string;
  /** What happened, for programs @example 'validation_failed' */
  @Enum('ErrorCode', ERROR_CODE_NAMES) code!: ErrorCode;
  /** Whether the same request (a question: with its `Idempotency-Key`) may succeed later: after `Retry-After`, if given @example false */
  retryable!: boolean;
  /** The id of the request in the logs @example '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11' */
  request_id!: string;
  /** One entry for each faulty field */
  errors?: FieldErrorDto[];
  /** With `model_not_supported` and `prompt_not_found`: the names that can be used */
  supported?: string[];
}

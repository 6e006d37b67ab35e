import { applyDecorators } from '@nestjs/common';
import { getSchemaPath, ApiExtraModels, ApiResponse } from '@nestjs/swagger';
import { Enum, Integer, Schema } from '../api/schema.js';
import { AppError, type AppErrorOptions } from './app-error.js';
import { ERROR_CODE_NAMES, ERROR_CODES, type ErrorCode } from './error-codes.js';
import { type Problem, toProblem } from './problem.js';

interface ProblemResponse {
  readonly description: string;
  readonly content: Record<
    'application/problem+json',
    { schema: { $ref: string }; examples: Record<string, { $ref: string }> }
  >;
}

/** One faulty field, as documented. */
export class FieldErrorDto {
  /** JSON pointer (RFC 6901) into the body, `?name` of a query parameter, or the name of a header @example '/query' */
  pointer!: string;

  /** What is wrong and how to mend it @example 'must be a string' */
  detail!: string;
}

/** Every error answer: `application/problem+json` (RFC 9457). */
export class ProblemDto {
  /** What kind of problem it is; not an address to open @example 'urn:llm-chat:problem:validation_failed' */
  @Schema({ format: 'uri' }) type!: string;

  /** The same for all problems of this `code` @example 'The request is not valid' */
  title!: string;

  /** The HTTP status @example 400 */
  @Integer({ min: 400, max: 599 }) status!: number;

  /** What happened, for people @example 'The request has a field that cannot be used.' */
  detail!: string;

  /** The path of the request @example '/chat' */
  instance!: string;

  /** What happened, for programs @example 'validation_failed' */
  @Enum('ErrorCode', ERROR_CODE_NAMES) code!: ErrorCode;

  /**
   * Whether the same request may succeed when it is sent again: after `Retry-After` where it is given; a question with
   * the same `Idempotency-Key`
   * @example false
   */
  retryable!: boolean;

  /** The request, as the logs name it @example '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11' */
  request_id!: string;

  /** One entry for each faulty field */
  errors?: FieldErrorDto[];

  /** With `model_not_supported` and `prompt_not_found`: the names that can be used */
  supported?: string[];
}

/** Declares the problems that a route answers with, one response a status. */
export function ApiProblemResponses(...codes: ErrorCode[]): ClassDecorator & MethodDecorator {
  const byStatus = Map.groupBy(codes, (code) => ERROR_CODES[code].status);
  const responses = [...byStatus].map(([status, ofStatus]) =>
    ApiResponse({ status, ...problemResponse(ofStatus) }),
  );
  return applyDecorators(ApiExtraModels(ProblemDto), ...responses);
}

/** The response of one status, with an example of each of its codes (see {@link exampleProblem}). */
export function problemResponse(codes: readonly ErrorCode[]): ProblemResponse {
  const examples = codes.map((code) => [code, { $ref: `#/components/examples/${code}` }] as const);
  return {
    description: codes.map((code) => `\`${code}\`: ${ERROR_CODES[code].title}`).join('; '),
    content: {
      'application/problem+json': {
        schema: { $ref: getSchemaPath(ProblemDto) },
        examples: Object.fromEntries(examples),
      },
    },
  };
}

/** A problem of this code, as a caller could get it. */
export function exampleProblem(code: ErrorCode): Problem & { readonly supported?: readonly string[] } {
  const error = new AppError(code, `${ERROR_CODES[code].title}.`, EXAMPLE_MEMBERS[code]);
  return toProblem(error, { path: '/api/chat', requestId: '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11' });
}

/** What problems of some codes carry beyond what all do. */
const EXAMPLE_MEMBERS: Partial<Record<ErrorCode, AppErrorOptions>> = {
  validation_failed: { errors: [{ pointer: '/query', detail: 'must be a string' }] },
  prompt_not_valid: { errors: [{ pointer: '/template', detail: 'has an unknown variable' }] },
  model_not_supported: { extensions: { supported: ['builtin'] } },
  prompt_not_found: { extensions: { supported: ['default', 'qa', 'with_history'] } },
};

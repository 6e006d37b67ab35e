import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { AppError, type AppErrorOptions } from './app-error.js';
import { ERROR_CODES, type ErrorCode } from './error-codes.js';
import { ProblemDto } from './problem.dto.js';
import { toProblem } from './problem.js';

interface ProblemResponse {
  readonly description: string;
  readonly content: Record<
    'application/problem+json',
    { schema: { $ref: string }; examples: Record<string, { $ref: string }> }
  >;
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
export function exampleProblem(code: ErrorCode): ProblemDto {
  const error = new AppError(code, `${ERROR_CODES[code].title}.`, EXAMPLE_MEMBERS[code]);
  return toProblem(error, { path: '/api/chat', requestId: '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11' });
}

/** What problems of some codes carry beyond what all do. */
const EXAMPLE_MEMBERS: Partial<Record<ErrorCode, AppErrorOptions>> = {
  validation_failed: { errors: [{ pointer: '/query', detail: 'must be a string' }] },
  prompt_not_valid: { errors: [{ pointer: '/template', detail: 'has an unknown variable' }] },
  model_not_supported: { extensions: { supported: ['builtin'] } },
  // eslint-disable-next-line no-restricted-syntax -- the name of a template
  prompt_not_found: { extensions: { supported: ['default', 'qa', 'with_history'] } },
};

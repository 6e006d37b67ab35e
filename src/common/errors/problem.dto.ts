import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ERROR_CODE_NAMES, ERROR_CODES, type ErrorCode } from './error-codes.js';

/** One faulty field, as documented. */
export class FieldErrorDto {
  @ApiProperty({ description: 'JSON pointer (RFC 6901) into the body', example: '/query' })
  pointer!: string;

  @ApiProperty({ description: 'What is wrong and how to mend it', example: 'must be a string' })
  detail!: string;
}

/** Every error answer: `application/problem+json` (RFC 9457). */
export class ProblemDto {
  @ApiProperty({ format: 'uri', example: 'urn:llm-chat:problem:validation_failed' })
  type!: string;

  @ApiProperty({ example: 'The request is not valid' })
  title!: string;

  @ApiProperty({ type: 'integer', minimum: 400, maximum: 599, example: 400 })
  status!: number;

  @ApiProperty({ description: 'What happened, for people', example: 'The request has a field that cannot be used.' })
  detail!: string;

  @ApiProperty({ description: 'The path of the request', example: '/chat' })
  instance!: string;

  @ApiProperty({ enum: ERROR_CODE_NAMES, enumName: 'ErrorCode', description: 'What happened, for programs' })
  code!: ErrorCode;

  @ApiProperty({ description: 'Whether the same request may succeed when it is sent again', example: false })
  retryable!: boolean;

  @ApiProperty({ description: 'The request, as the logs name it', example: '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11' })
  request_id!: string;

  @ApiProperty({ type: [FieldErrorDto], required: false, description: 'One entry a faulty field' })
  errors?: FieldErrorDto[];

  @ApiProperty({
    type: [String],
    required: false,
    description: 'With `model_not_supported` and `prompt_not_found`: the names that can be used',
  })
  supported?: string[];
}

/** Declares the problems that a route answers with, one response a status. */
export function ApiProblemResponses(...codes: ErrorCode[]): ClassDecorator & MethodDecorator {
  const byStatus = Map.groupBy(codes, (code) => ERROR_CODES[code].status);
  const responses = [...byStatus].map(([status, ofStatus]) =>
    ApiResponse({
      status,
      description: ofStatus.map((code) => `\`${code}\`: ${ERROR_CODES[code].title}`).join('; '),
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } },
    }),
  );
  return applyDecorators(ApiExtraModels(ProblemDto), ...responses);
}

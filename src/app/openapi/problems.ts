import { type OpenAPIObject, getSchemaPath } from '@nestjs/swagger';
import { PROBLEMS } from '../../common/api/endpoint.js';
import { EXAMPLE_UUID } from '../../common/api/fields.js';
import { AppError, type AppErrorOptions } from '../../common/errors/app-error.js';
import { ERROR_CODE_NAMES, ERROR_CODES, type ErrorCode } from '../../common/errors/error-codes.js';
import { answerWithProblem } from '../../common/errors/error-form.js';
import { ProblemDto } from '../../common/errors/problem.dto.js';
import { type Operation, operationsOf } from './operations.js';
import { findWireErrors } from './wire-documents.js';

const OF_EVERY_KEY = ['unauthorized', 'too_many_requests', 'internal_error', 'database_unavailable'] as const;
const OF_EVERY_BODY: readonly ErrorCode[] = [
  'validation_failed',
  'malformed_json',
  'bad_request',
  'payload_too_large',
  'unsupported_media_type',
  'service_overloaded',
];

/** What problems of some codes carry beside what all do. */
const EXAMPLES: Partial<Record<ErrorCode, AppErrorOptions>> = {
  validation_failed: { errors: [{ pointer: '/query', detail: 'must be a string' }] },
  prompt_not_valid: { errors: [{ pointer: '/template', detail: 'has an unknown variable' }] },
  model_not_supported: { extensions: { supported: ['builtin'] } },
  prompt_not_found: { extensions: { supported: ['default', 'with_history'] } },
};
const CONTEXT = { path: '/api/chat', requestId: EXAMPLE_UUID };

/** Declares the errors of every route, in the form of its wire: one response a status, with an example of each code. */
export function declareProblems(document: OpenAPIObject): void {
  const used = new Set<ErrorCode>();
  for (const { path, operation } of operationsOf(document)) {
    const codes = [...new Set([...ownProblems(operation), ...commonProblems(operation)])];
    const form = findWireErrors(path);
    const answers = codes.map((code) => {
      const { status, body } = (form?.answer ?? answerWithProblem)(
        exampleError(code, form?.examples),
        CONTEXT,
      );
      const name = form?.codeOf(code) ?? code;
      return {
        status,
        name,
        title: ERROR_CODES[code].title,
        example: form ? { value: body } : { $ref: `#/components/examples/${code}` },
      };
    });
    if (!form) codes.forEach((code) => used.add(code));
    const type = form ? 'application/json' : 'application/problem+json';
    const schema = { $ref: getSchemaPath(form?.model ?? ProblemDto) };
    for (const [status, of] of Map.groupBy(answers, ({ status }) => status)) {
      const examples = Object.fromEntries(of.map(({ name, example }) => [name, example]));
      const description = of.map(({ name, title }) => `\`${name}\`: ${title}`).join('; ');
      operation.responses[status] = { description, content: { [type]: { schema, examples } } };
    }
  }
  const all = ERROR_CODE_NAMES.filter((code) => used.has(code));
  const examples = all.map((code) => {
    const { body } = answerWithProblem(exampleError(code), CONTEXT);
    return [code, { summary: code, value: body }] as const;
  });
  document.components = { ...document.components, examples: Object.fromEntries(examples) };
}

function ownProblems(operation: Operation): readonly ErrorCode[] {
  const { [PROBLEMS]: own = [] } = operation as { [PROBLEMS]?: readonly ErrorCode[] };
  delete (operation as { [PROBLEMS]?: unknown })[PROBLEMS];
  return own;
}

/** What follows from a key, a body and parameters (`%zz` in a path is a bad request). */
function commonProblems({ security, requestBody, parameters = [] }: Operation): ErrorCode[] {
  if (security?.length === 0) return [];
  const has = (place: string) => parameters.some((parameter) => 'in' in parameter && parameter.in === place);
  return [
    ...OF_EVERY_KEY,
    ...(requestBody ? OF_EVERY_BODY : []),
    ...(has('path') ? (['bad_request'] as const) : []),
    ...(has('query') ? (['validation_failed'] as const) : []),
  ];
}

function exampleError(code: ErrorCode, examples = EXAMPLES): AppError {
  return new AppError(code, `${ERROR_CODES[code].title}.`, examples[code]);
}

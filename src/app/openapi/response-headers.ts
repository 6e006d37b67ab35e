import type { OpenAPIObject } from '@nestjs/swagger';
import { EXAMPLE_UUID } from '../../common/api/fields.js';
import { operationsOf } from './operations.js';
import { findWireErrors, WIRE_ERROR_HEADERS } from './wire-documents.js';

const ABOUT_ID = `The id of the request in the logs: give it to the operator of the service. Your own id, if you sent one of 1 to 128
letters, digits, \`_\`, \`.\` and \`-\``;
const ABOUT_WAIT = 'Seconds after which the same request may succeed (RFC 9110, section 10.2.3), if known';
const HEADERS = {
  'X-Request-Id': header(ABOUT_ID, EXAMPLE_UUID),
  'Retry-After': { description: ABOUT_WAIT, schema: { type: 'integer', minimum: 1 }, example: 1 },
  'WWW-Authenticate': header('How to prove who you are (RFC 9110, section 11.6.1)', 'Bearer', {
    enum: ['Bearer'],
  }),
  'Content-Disposition': header('The name of the file (RFC 6266)', 'attachment; filename="sft.jsonl"'),
} satisfies NonNullable<NonNullable<OpenAPIObject['components']>['headers']>;

/** Those of a turn that runs already, of too much load, and of a model server or a database that is away. */
const STATUSES_TO_WAIT_AT: readonly string[] = ['409', '429', '502', '503', '504'];

/** Declares which headers come with which answers. */
export function declareResponseHeaders(document: OpenAPIObject): void {
  document.components ??= {};
  document.components.headers = { ...HEADERS, ...WIRE_ERROR_HEADERS };
  for (const { path, operation } of operationsOf(document)) {
    for (const [status, response] of Object.entries(operation.responses)) {
      if (response && !('$ref' in response))
        response.headers = Object.fromEntries(
          namesFor(path, status).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
        );
    }
  }
}

function namesFor(path: string, status: string): string[] {
  return [
    'X-Request-Id',
    ...(STATUSES_TO_WAIT_AT.includes(status) ? ['Retry-After'] : []),
    ...(status === '401' ? ['WWW-Authenticate'] : []),
    ...(path.startsWith('/api/exports/') && status === '200' ? ['Content-Disposition'] : []),
    ...(Number(status) >= 400 ? Object.keys(findWireErrors(path)?.headers ?? {}) : []),
  ];
}

function header(description: string, example: string, schema: object = {}) {
  return { description, required: true, schema: { type: 'string' as const, ...schema }, example };
}

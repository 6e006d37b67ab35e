import type { ErrorCode } from '../../../src/common/errors/error-codes.js';
import type { KeptResponse } from '../callers/kept-connection.js';
import { type BadValue, CANARY } from './bad-values.js';
import { bodyWith } from './good-bodies.js';
import { readError } from './problem.js';

/** A request that must be refused, and how. */
export interface BadRequest {
  readonly name: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status?: number;
  readonly code?: ErrorCode;
  /** The field at fault; absent: any, or none. */
  readonly pointer?: string;
}

/** Fields that take a number for a text, and those that take one for a boolean. */
const LENIENT_IDS = ['user_id', 'conversation_id', 'conversation_name', 'model_name', 'prompt_name', 'uid'];
const IS_LENIENT =
  /^(?:POST \/(?:chat|chat\/stream|api\/chat|api\/feedback)|PATCH \/api\/conversations\/\{conversation_id\})$/;

/** What the document says in one way only, so that clients have only one way to say it. */
const isAlsoTaken = (route: string, { field, json }: BadValue) =>
  (route.includes('/v1/') && field === 'stop' && [`"${CANARY}"`, '""'].includes(json)) ||
  (route === 'POST /v1/embeddings' && field === 'input' && isEmbedded(json)) ||
  (IS_LENIENT.test(route) && isReadLeniently(route, field, json));

/** A single text, and NUL, which nothing stores here. */
function isEmbedded(json: string): boolean {
  return json === `"${CANARY}"` || (json.includes('\\u0000') && !json.includes('\\ud'));
}

function isReadLeniently(route: string, field: string, json: string): boolean {
  if (field === 'stream' || field === 'reasoning') return json === '1';
  const isId = LENIENT_IDS.includes(field) && !(route === 'POST /api/chat' && field === 'uid');
  return isId && /^[\d.e-]+$/.test(json);
}

/** A request for each value that the route does not take; the service must refuse it with a pointer to the field. */
export const inField = (route: string, values: readonly BadValue[]): BadRequest[] =>
  values
    .filter((value) => !isAlsoTaken(route, value))
    .map((value) => ({
      name: `${value.field} = ${value.json.slice(0, 60)}`,
      body: bodyWith(route, value),
      status: 400,
      code: 'validation_failed',
      pointer: `/${value.field}`,
    }));

/** What is wrong with how a bad request was answered; null: nothing. */
export function describeFault(
  { status, headers, text, isReused }: KeptResponse,
  bad: BadRequest,
): string | null {
  const { fault, code, pointers } = readError({ status, contentType: headers['content-type'], text });
  if (fault !== null) return `${status}, ${fault}`;
  if (status >= 500 || (bad.status !== undefined && status !== bad.status)) return `status ${status}`;
  if (bad.code !== undefined && code !== bad.code) return `code ${code}`;
  // One entry a field.
  if (bad.pointer !== undefined && pointers.join() !== bad.pointer) return `pointers [${pointers.join()}]`;
  if (text.includes(CANARY)) return `repeats what was sent: ${text}`;
  return isReused ? null : 'the connection was not kept';
}

import { readServerError, type ServerError } from './server-error.js';

type Members = ReadonlyMap<string, unknown>;

/** How servers say in the place of a code that nothing failed: FastChat, MiniMax, Spark, SiliconFlow. */
const SUCCESS: ReadonlySet<string> = new Set(['', '0', '200', '20000', 'ok', 'success', 'none']);

const PINGS: ReadonlySet<unknown> = new Set([
  'ping',
  'pong',
  'heartbeat',
  'keepalive',
  'keep-alive',
  'keep_alive',
]);

/**
 * The error that an object is which has no choice, or whose `error` is set: as a frame, or as a complete answer. Frames
 * with counts, a filter's verdict or a ping are none.
 */
export function findError(object: object): ServerError | null {
  // Names are compared as `readServerError` compares them.
  const members = new Map(
    Object.entries(object).map(([key, value]) => [key.replaceAll('_', '').toLowerCase(), value as unknown]),
  );
  return isError(members) ? readServerError(object) : null;
}

/**
 * Whether an object without a choice is none of this protocol: not a chunk, and not a ping. A server that ends its
 * stream with `[DONE]` after one may have failed in a way that we do not know.
 */
export function isForeign(object: Readonly<Record<string, unknown>>): boolean {
  const { object: kind, type } = object;
  if ('choices' in object || object['usage'] || isPing(type)) return false;
  if (typeof kind === 'string' && kind.startsWith('chat.completion')) return false;
  return Object.keys(object).length > 0;
}

/** Whether the type or the name of an event says that it only keeps the connection open. */
export function isPing(name: unknown): boolean {
  return PINGS.has(name);
}

/** Whether the data of an event, which is no object, only keeps the connection open. */
export function isKeepAlive(data: string): boolean {
  return (
    data === '' || data === 'null' || data === '[]' || data.startsWith(':') || isPing(data.toLowerCase())
  );
}

function isError(members: Members): boolean {
  if (members.get('error') || isNotEmpty(members.get('fault')) || isNotEmpty(members.get('exception')))
    return true;
  if (['object', 'type', 'event'].some((name) => members.get(name) === 'error')) return true;
  // Without the usual wrapping: FastChat, Venice, AWS Lambda; MiniMax; Cloudflare.
  if (
    ['errorcode', 'errcode', 'errormsg', 'errmsg', 'errormessage', 'errortype'].some((name) =>
      isFault(members.get(name)),
    )
  )
    return true;
  if (isFaultOfMiniMax(members.get('baseresp')) || members.get('success') === false) return true;
  return !members.get('usage') && hasBareError(members);
}

/** Members that mean an error only where there are no others: FastAPI; DashScope, Zhipu; Azure's gateway; Spring. */
function hasBareError(members: Members): boolean {
  if (isNotEmpty(members.get('detail')) || isNotEmpty(members.get('errors')))
    return !Array.isArray(members.get('choices'));
  const hasMessage = isNotEmpty(members.get('message')) || isNotEmpty(members.get('msg'));
  if (!hasMessage) return false;
  const status = members.get('statuscode') ?? members.get('status');
  return isFault(members.get('code')) || isErrorStatus(status) || status === 'error' || status === 'failed';
}

function isFaultOfMiniMax(response: unknown): boolean {
  if (typeof response !== 'object' || response === null) return false;
  return isFault((response as Record<string, unknown>)['status_code']);
}

/** Whether a code or a message says that something failed. */
function isFault(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'number')
    return !SUCCESS.has(String(value).toLowerCase());
  return typeof value === 'object' && isNotEmpty(value);
}

function isErrorStatus(status: unknown): boolean {
  return typeof status === 'number' && status >= 400;
}

function isNotEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

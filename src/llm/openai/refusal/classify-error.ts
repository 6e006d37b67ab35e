import {
  classifyStatus,
  FAILED,
  FILTERED,
  MISCONFIGURED,
  OVERLOADED,
  RATE_LIMITED,
  REFUSED,
  TOO_LONG,
} from '../../failure-classes.js';
import type { FailureClass } from '../../model-failure.js';
import { type ErrorKind, type ErrorSign, NUMBERS, SIGNS } from './error-signs.js';
import type { ServerError } from './server-error.js';

/** What follows from an error, and what it is in plain words, for the log; `''`: the server's own words have to do. */
export interface ClassifiedError {
  readonly failureClass: FailureClass;
  readonly reason: string;
}

const KINDS: Readonly<Record<ErrorKind, ClassifiedError>> = {
  filter: { failureClass: FILTERED, reason: 'a content filter refused it' },
  context: { failureClass: TOO_LONG, reason: 'it is too long for the model' },
  quota: { failureClass: MISCONFIGURED, reason: 'the account is out of quota' },
  'day-quota': { failureClass: MISCONFIGURED, reason: 'the account is out of quota for today' },
  key: { failureClass: MISCONFIGURED, reason: 'the key is refused' },
  model: { failureClass: MISCONFIGURED, reason: 'the model is not known' },
  rate: { failureClass: RATE_LIMITED, reason: '' },
  overload: { failureClass: OVERLOADED, reason: '' },
  crash: { failureClass: FAILED, reason: '' },
  refusal: { failureClass: REFUSED, reason: '' },
};

/** Statuses that say so by themselves, whatever the body has. */
const OF_STATUS: ReadonlyMap<number, ClassifiedError> = new Map([
  [401, KINDS.key],
  [402, KINDS.quota],
  [403, { failureClass: MISCONFIGURED, reason: 'the key is refused, or may not use the model' }],
  [404, { failureClass: MISCONFIGURED, reason: 'the model or the address is not known' }],
  [413, KINDS.context],
]);

const KIND_OF_NUMBER: ReadonlyMap<string, ErrorKind> = new Map(
  (Object.entries(NUMBERS) as [ErrorKind, string][]).flatMap(([kind, numbers]) =>
    numbers.split(' ').map((number) => [number, kind] as const),
  ),
);

/**
 * Total: what is not known is a fault of the server, which may pass, or follows from the status.
 * @param message the text of the error, without quotations of the request: a prompt may contain any of the signs
 * @param status of the response; absent: the error came in a response that seemed to succeed
 */
export function classifyError(said: ServerError, message: string, status = said.status): ClassifiedError {
  const kind = findKind(said, message.toLowerCase(), status);
  if (kind) return KINDS[kind];
  if (status === undefined) return { failureClass: FAILED, reason: '' };
  return OF_STATUS.get(status) ?? { failureClass: classifyStatus(status), reason: '' };
}

function findKind({ code, words }: ServerError, message: string, status?: number): ErrorKind | undefined {
  const ofNumber = KIND_OF_NUMBER.get(String(code));
  if (ofNumber) return ofNumber;
  const sign = SIGNS.find((one) => one.pattern.test(one.in === 'words' ? words : message));
  return sign && mayDecide(sign, status) ? sign.kind : undefined;
}

/** What the request or the account is refused for, whatever the status. */
const OF_ANY_STATUS: ReadonlySet<ErrorKind> = new Set(['filter', 'context', 'quota', 'day-quota']);

/** Whether a sign may decide against a status. */
function mayDecide(sign: ErrorSign, status: number | undefined): boolean {
  if (status === undefined || OF_ANY_STATUS.has(sign.kind)) return true;
  // A type of many meanings, such as `invalid_request_error`, says less than the status.
  if (sign.kind === 'refusal' || status === 429) return false;
  // A server that fails names its model in the text.
  return status < 500 || sign.in === 'words';
}

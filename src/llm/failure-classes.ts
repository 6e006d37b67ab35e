import type { FailureClass } from './model-failure.js';

export const FAILED: FailureClass = { code: 'model_failed', isRetriable: true, isOutage: true };
const NOT_NOW: FailureClass = { code: 'model_failed', isRetriable: true, isOutage: false };
export const FAILED_FOR_GOOD: FailureClass = { code: 'model_failed', isRetriable: false, isOutage: false };
export const REFUSED: FailureClass = { code: 'model_refused', isRetriable: false, isOutage: false };
/** What one target says of its key, its account or its model's name says nothing of the next target. */
export const MISCONFIGURED: FailureClass = {
  code: 'model_misconfigured',
  isRetriable: true,
  isOutage: false,
  isElsewhereOnly: true,
};
/** The prompt would be filtered at another target of the model, too, or should be. */
export const FILTERED: FailureClass = { code: 'content_filtered', isRetriable: false, isOutage: false };
/** The targets of a model have one size of context: `context_tokens`. */
export const TOO_LONG: FailureClass = { code: 'context_too_long', isRetriable: false, isOutage: false };
export const OVERLOADED: FailureClass = { code: 'model_overloaded', isRetriable: true, isOutage: true };
const FULL: FailureClass = { code: 'model_overloaded', isRetriable: true, isOutage: false };
export const RATE_LIMITED: FailureClass = { ...FULL, isRateLimit: true };
/** An answer without a text: another sample of the model may have one. */
export const EMPTY_ANSWER: FailureClass = { code: 'empty_answer', isRetriable: true, isOutage: false };
/** The same, because the tokens were used up before. */
export const EMPTY_AT_LIMIT: FailureClass = { code: 'empty_answer', isRetriable: false, isOutage: false };
const TIMED_OUT: FailureClass = { code: 'model_timeout', isRetriable: true, isOutage: true };

/** An answer that broke off, cannot be read, or ended without saying why it ended. */
export const BROKEN_ANSWER = FAILED;
export const TIMEOUT = TIMED_OUT;
/** No connection came about in time: the host may be restarting. */
export const NO_CONNECTION_IN_TIME: FailureClass = { ...TIMED_OUT, isAway: true, isUnreached: true };
/** Of a server that restarts, or loads its model, or of a proxy before it: no model has the request. */
export const AWAY: FailureClass = { ...FAILED, isAway: true, isUnreached: true };
/** The same, when the server may have the request, and its model may work on it. */
export const AWAY_WITH_REQUEST: FailureClass = { ...FAILED, isAway: true };
const SILENT_WITH_REQUEST: FailureClass = { ...TIMED_OUT, isAway: true };
/** Asked again, the same server would have a longer queue, or begin again to load its model (Ollama). */
export const NO_TOKEN_IN_TIME: FailureClass = { ...TIMED_OUT, isElsewhereOnly: true };
/** The time for the complete answer, further attempts included, is over. A long answer is no sign of an outage. */
export const OUT_OF_TIME: FailureClass = { code: 'model_timeout', isRetriable: false, isOutage: false };
/** No target takes a request now: each has as many as it may have. */
export const NO_TARGET_FREE: FailureClass = FULL;
/** No target takes a request now: each was taken out, because it failed. */
export const LEFT_ALONE: FailureClass = NOT_NOW;

/** 499: a proxy of the server lost patience with it, or with us. */
const RETRIABLE_STATUSES: readonly number[] = [408, 409, 423, 425, 499];
/** TGI fails so in the middle of its work; nginx closes without an answer. */
const FAILING_STATUSES: readonly number[] = [424, 444];
/** 498: Groq's flexible tier is full. */
const FULL_STATUSES: readonly number[] = [429, 498];

/**
 * An HTTP status outside 200..299. A redirect is never followed: it could lead to an internal address.
 * 408, 409, 423 to 425, 429, 444, 498, 499 and 5xx pass; any other 4xx would be given to the same request again.
 */
export function classifyStatus(status: number): FailureClass {
  if (FULL_STATUSES.includes(status)) return RATE_LIMITED;
  if (status === 503) return OVERLOADED;
  if (RETRIABLE_STATUSES.includes(status)) return NOT_NOW;
  if (status >= 500 || FAILING_STATUSES.includes(status)) return FAILED;
  return status >= 400 ? REFUSED : FAILED_FOR_GOOD;
}

const CONNECT_TIMEOUT_CODES: readonly string[] = ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'];
const TIMEOUT_CODES: readonly string[] = ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'];

/**
 * What is said of a server that restarts: nothing listens, or its container has no name or no address for the time being;
 * or it was ended, or a proxy before it found no server, while it had the request.
 */
const AWAY_CODES: readonly string[] = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'UND_ERR_SOCKET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
];

/** This process has no file descriptor left, which says nothing about the server. */
const OWN_LIMIT_CODES: readonly string[] = ['EMFILE', 'ENFILE'];

/** What undici and Node say of a request that cannot be sent as it is configured. */
const CONFIGURATION_CODES: readonly string[] = [
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'ERR_INVALID_URL',
];

/**
 * The `code` of an error of the connection: refused, reset, no such host, not HTTP, cut short, headers too large, bad
 * certificate. Another attempt or another target may succeed after any of them; an error without a code is a fault of our own.
 * @param mayBeWorkedOn whether a model may have the request
 */
export function classifyConnectionError(code: string, mayBeWorkedOn: boolean): FailureClass {
  if (CONFIGURATION_CODES.includes(code)) return FAILED_FOR_GOOD;
  if (OWN_LIMIT_CODES.includes(code)) return NOT_NOW;
  if (AWAY_CODES.includes(code)) return mayBeWorkedOn ? AWAY_WITH_REQUEST : AWAY;
  if (CONNECT_TIMEOUT_CODES.includes(code))
    return mayBeWorkedOn ? SILENT_WITH_REQUEST : NO_CONNECTION_IN_TIME;
  return TIMEOUT_CODES.includes(code) ? TIMED_OUT : FAILED;
}

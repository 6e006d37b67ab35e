import { type FailureClass, ModelFailure, toModelFailure } from '../../model-failure.js';
import { classifyError } from './classify-error.js';
import { describeErrorWords } from './error-words.js';
import {
  type Confidential,
  type ConfidentialRequest,
  toConfidential,
  toQuote,
  withoutQuotations,
} from './quote-for-log.js';
import type { ServerError } from './server-error.js';

/** A server sent an error in place of a part of an answer. */
export class ErrorInAnswer extends Error {
  constructor(readonly said: ServerError) {
    super('an error inside the answer');
    this.name = 'ErrorInAnswer';
  }
}

/** The response that an error is the body of. */
export interface RefusingResponse {
  readonly status: number;
  readonly retryAfterSeconds?: number;
  /** Where it says that the server restarts, or loads its model. */
  readonly awayClass?: FailureClass | null;
  /** Whether its body is JSON, and so no page of a proxy. */
  readonly isServersWord?: boolean;
}

/**
 * The failure that an error means. Its message has known words only, its quote nothing of the request.
 * @param response absent: the error came inside an answer
 */
export function toServerFailure(
  said: ServerError,
  confidential: Confidential,
  response?: RefusingResponse,
): ModelFailure {
  const text = withoutQuotations(said.message, confidential);
  const { failureClass: found, reason } = classifyError(said, text, response?.status);
  // A page of a proxy about a quota, say, is no sign that the server comes back.
  const failureClass = (reason === '' ? response?.awayClass : null) ?? found;
  // Only where the server has too much to do, or is away: elsewhere the header means something else.
  const isForNow = failureClass.isAway || failureClass.code === 'model_overloaded';
  const retryAfterSeconds = isForNow ? (response?.retryAfterSeconds ?? said.retryAfterSeconds) : undefined;
  const where = describeWhere(said, response?.status);
  const message = reason === '' ? where : `${reason}: ${where}`;
  const isServersWord = response?.isServersWord;
  return new ModelFailure(failureClass, message, {
    said,
    isServersWord,
    quote: toQuote(text),
    retryAfterSeconds,
  });
}

function describeWhere(said: ServerError, status: number | undefined): string {
  const words = describeErrorWords(said);
  if (status === undefined) return `an error inside the answer: ${words || 'unnamed'}`;
  return words === '' ? `status ${status}` : `status ${status}, ${words}`;
}

/** Anything that reading the answer to `request` can throw. */
export function toAnswerFailure(error: unknown, request: ConfidentialRequest): ModelFailure {
  return error instanceof ErrorInAnswer
    ? toServerFailure(error.said, toConfidential(request))
    : toModelFailure(error);
}

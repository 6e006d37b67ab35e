import type { TargetConfig } from '../../../config/app-config.js';
import { BROKEN_ANSWER } from '../../failure-classes.js';
import { ModelFailure } from '../../model-failure.js';
import { contentCodings } from '../connection/content-codings.js';
import type { ChatRequest } from '../request/chat-request.js';
import { secretsOf, toConfidential } from './quote-for-log.js';
import { RefusedAnswer } from './refused-answer.js';
import type { ResponseBody } from '../response/response-body.js';
import { type Headers, readRetryAfter } from './retry-after.js';

interface Asked {
  readonly target: TargetConfig;
  readonly request: ChatRequest;
  /** Milliseconds from the request to this head. */
  readonly afterMs: number;
}

/**
 * Reads the head of a response.
 * @returns what reads the body of a refusal; null: the body is an answer
 * @throws ModelFailure when the answer is in a coding that was not asked for, and that the service cannot undo
 */
export function refusalOf(
  status: number,
  headers: Headers,
  { target, request, afterMs }: Asked,
): ResponseBody | null {
  const isPlain = contentCodings(headers['content-encoding']).length === 0;
  if (status < 200 || status > 299) {
    const retryAfterSeconds = readRetryAfter(headers, Date.now());
    const confidential = toConfidential({ ...request, secrets: secretsOf(target) });
    return new RefusedAnswer({ status, afterMs, retryAfterSeconds, isReadable: isPlain }, confidential);
  }
  if (!isPlain) throw new ModelFailure(BROKEN_ANSWER, 'the answer is compressed, against what was asked');
  return null;
}

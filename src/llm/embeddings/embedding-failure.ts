import { AppError, invalidField } from '../../common/errors/app-error.js';
import type { ErrorCode } from '../../common/errors/error-codes.js';
import { ModelFailure } from '../model-failure.js';
import { countInputs, type EmbeddingRequest } from './embedding-request.js';

/** Of the codes whose usual words are about a question and its answer. */
const DETAILS: Partial<Record<ErrorCode, string>> = {
  context_too_long: 'An input is too long for the embedding model. Split it into shorter ones.',
  content_filtered: 'A content filter of the embedding server refused an input.',
  model_failed:
    'The embedding server could not be reached, answered with an error, or with other vectors than asked.',
  model_refused: 'The embedding server refused the request. The log of this service says why.',
  model_misconfigured:
    'The embedding server refuses this service: its key, its account or its model. The log of this service says why.',
};

const NO_DIMENSIONS = /dimension|matryoshka|output_?size/i;
const TOO_MANY =
  /batch|too many (?:inputs|requests? in)|at most \d+|(?:inputs?|array|list).{0,40}(?:length|size|items)/i;

/** The error for a caller: what its request may be changed for is a 400 that says so. */
export function toEmbeddingError(error: AppError, request: EmbeddingRequest): AppError {
  const failure = error.cause;
  if (!(failure instanceof ModelFailure)) return error;
  // This service itself had no room for the answer.
  if (failure.cause instanceof AppError) return failure.cause;
  const ofCaller = failure.code === 'model_refused' ? findFault(failure, request) : null;
  if (ofCaller) return ofCaller;
  const { code, retryAfterSeconds, isRateLimit } = error;
  const detail = failure.detail ?? DETAILS[code] ?? error.message;
  return new AppError(code, detail, { retryAfterSeconds, isRateLimit, cause: failure });
}

/** What of the request the server does not take, where it says so or the request has it; null: something else. */
function findFault({ said, quote = '' }: ModelFailure, request: EmbeddingRequest): AppError | null {
  const text = `${said?.param ?? ''} ${quote}`;
  if (request.dimensions !== undefined && NO_DIMENSIONS.test(text))
    return invalidField(
      '/dimensions',
      'is refused by the embedding model: leave it out, or use a length that it has',
    );
  if (request.inputs.kind === 'tokens')
    return invalidField(
      '/input',
      'has token ids, which the embedding server refuses: send texts (in LangChain: check_embedding_ctx_length=False)',
    );
  if (countInputs(request.inputs) > 1 && TOO_MANY.test(text))
    return invalidField(
      '/input',
      'has more entries than the embedding server takes at once: send fewer in a request',
    );
  return null;
}

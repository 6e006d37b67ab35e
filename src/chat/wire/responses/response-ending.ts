import type { AppError } from '../../../common/errors/app-error.js';
import type { Usage } from '../../../llm/completion.js';
import type { FinishReason } from '../../domain/turn-outcome.js';
import { toOpenAiError } from '../v1-errors.js';
import type { ResponseObjectDto, ResponseUsageDto } from './response.dto.js';

/** What the end of its turn says of a response. */
export type ResponseEnding = Pick<ResponseObjectDto, 'status' | 'incomplete_details' | 'error' | 'usage'>;

const INCOMPLETE: Partial<Record<FinishReason, string>> = {
  length: 'max_output_tokens',
  content_filter: 'content_filter',
};

/** The end of a response that did not fail. */
export function toEnding(finishReason: FinishReason, usage: Usage): ResponseEnding {
  const reason = INCOMPLETE[finishReason];
  const status =
    finishReason === 'cancelled' ? 'cancelled' : reason === undefined ? 'completed' : 'incomplete';
  const incomplete_details = reason === undefined ? null : { reason };
  return { status, incomplete_details, error: null, usage: toUsage(usage) };
}

/** The end of a response that failed, and what an `error` event says of it. */
export function toFailedEnding(failure: AppError) {
  const { error } = toOpenAiError(failure);
  const { code, message } = error;
  const ending: ResponseEnding = {
    status: 'failed',
    incomplete_details: null,
    error: { code, message },
    usage: null,
  };
  return { error, ending };
}

function toUsage({ inputTokens, outputTokens }: Usage): ResponseUsageDto {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: inputTokens + outputTokens,
  };
}

import { estimateTokens } from '../../common/text/token-estimate.js';
import type { ContinuationConfig } from '../../config/app-config.js';
import type { ChatMessage, Usage } from '../completion.js';
import type { ChatRequest } from '../openai/request/chat-request.js';

/** The instruction for a model that cannot get the beginning of its answer. English: every model knows it best. */
export const CONTINUE_INSTRUCTION =
  'Your last message was cut off. Continue it exactly where it breaks off, in the same language and format. ' +
  'Do not repeat any of it, do not apologise, and do not comment on the interruption.';

/**
 * The request that makes a model continue `kept`, the kept part of its answer.
 * @param kept not empty
 */
export function toContinuationRequest(
  request: ChatRequest,
  kept: string,
  continuation: ContinuationConfig,
): ChatRequest {
  const said: ChatMessage = { role: 'assistant', content: kept };
  const isPrefill = continuation.mode === 'prefill';
  const goOn: ChatMessage[] = isPrefill ? [] : [{ role: 'user', content: CONTINUE_INSTRUCTION }];
  return {
    ...request,
    messages: [...request.messages, said, ...goOn],
    // A server takes no 0, and a model that has reached its limit must still be able to say so.
    maxTokens: request.maxTokens && Math.max(1, request.maxTokens - estimateTokens(kept)),
    prefill: isPrefill ? continuation.flags : undefined,
    keptChars: kept.length,
  };
}

/** The counts of the attempt that ended the answer, and for the text before it an estimate. */
export function withKeptText({ inputTokens, outputTokens }: Usage, kept: string): Usage {
  return { inputTokens, outputTokens: outputTokens + estimateTokens(kept) };
}

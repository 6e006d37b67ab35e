import { estimateTokens } from '../../common/text/token-estimate.js';
import type { ContinuationConfig } from '../../config/app-config.js';
import type { ChatMessage, ModelMessage, ModelParameters, Usage } from '../completion.js';
import { textOfContent } from '../prompt/content-text.js';
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
  const isPrefill = continuation.mode === 'prefill';
  const goOn: ChatMessage[] = isPrefill ? [] : [{ role: 'user', content: CONTINUE_INSTRUCTION }];
  return {
    ...request,
    messages: [...withAnswer(request.messages, kept), ...goOn],
    parameters: isPrefill ? request.parameters : withoutPrefill(request.parameters),
    // A server takes no 0, and a model that has reached its limit must still be able to say so.
    maxTokens: request.maxTokens && Math.max(1, request.maxTokens - estimateTokens(kept)),
    prefill: isPrefill ? continuation.flags : undefined,
    keptChars: kept.length,
  };
}

/** An answer that its caller has begun is one message with what the model added: strict templates refuse two in a row. */
function withAnswer(messages: readonly ModelMessage[], kept: string): readonly ModelMessage[] {
  const last: (ModelMessage & { tool_calls?: unknown; prefix?: unknown }) | undefined = messages.at(-1);
  const hasCalls = Array.isArray(last?.tool_calls) && last.tool_calls.length > 0;
  if (last?.role !== 'assistant' || hasCalls) return [...messages, { role: 'assistant', content: kept }];
  // DeepSeek's `prefix` belongs to a last message: the target's flags add it again.
  const { prefix: _, content, ...begun } = last;
  const continued = Array.isArray(content)
    ? [...(content as unknown[]), { type: 'text', text: kept }]
    : `${textOfContent(content)}${kept}`;
  return [...messages.slice(0, -1), { ...begun, content: continued }];
}

/** The last message is an instruction, and no beginning of an answer as it was in the caller's request. */
function withoutPrefill(parameters: ModelParameters | undefined): ModelParameters | undefined {
  if (parameters === undefined) return undefined;
  const { continue_final_message: _, add_generation_prompt: __, ...others } = parameters;
  return others;
}

/** The counts of the attempt that ended the answer, and for the text before it an estimate. */
export function withKeptText({ inputTokens, outputTokens }: Usage, kept: string): Usage {
  return { inputTokens, outputTokens: outputTokens + estimateTokens(kept) };
}

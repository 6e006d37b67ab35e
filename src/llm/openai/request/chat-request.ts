import type { Dispatcher } from 'undici';
import type { PrefillFlags, TargetConfig, ThinkingTags } from '../../../config/app-config.js';
import type { ChatMessage, ModelParameters } from '../../completion.js';

/** What a target is asked: a completion with its model's defaults filled in. */
export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** 0..2; absent: the server decides. */
  readonly temperature?: number;
  /** At least 1; absent: the server decides. */
  readonly maxTokens?: number;
  readonly parameters?: ModelParameters;
  /** How tags around thinking are read in the answer; absent: `auto`. */
  readonly thinking?: ThinkingTags;
  /** Present: the last message is the beginning of the answer, and these tell the server so. */
  readonly prefill?: PrefillFlags;
  /** Of an answer that is continued: its length so far, in UTF-16 units. */
  readonly keptChars?: number;
}

/**
 * The HTTP request that asks `target` for a streamed completion. A query in the base URL, such as Azure's
 * `api-version`, is kept.
 */
export function toHttpRequest(target: TargetConfig, request: ChatRequest): Dispatcher.DispatchOptions {
  const { origin, pathname, search } = new URL(target.baseUrl);
  return {
    origin,
    path: `${pathname.replace(/\/$/, '')}/chat/completions${search}`,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      // A compressed stream is held back until a block is full.
      'accept-encoding': 'identity',
      ...(target.apiKey === undefined ? {} : { authorization: `Bearer ${target.apiKey}` }),
    },
    body: JSON.stringify(toBody(target.model, request)),
  };
}

function toBody(
  model: string,
  { messages, temperature, maxTokens, parameters, prefill }: ChatRequest,
): object {
  const last = messages.length - 1;
  return {
    ...parameters,
    model,
    messages: messages.map(({ role, content }, index) =>
      // DeepSeek's beta: https://api-docs.deepseek.com/guides/chat_prefix_completion
      prefill === 'deepseek' && index === last ? { role, content, prefix: true } : { role, content },
    ),
    stream: true,
    stream_options: { include_usage: true },
    temperature,
    max_tokens: maxTokens,
    // vLLM's own: without both it would begin a new message instead of ending this one.
    ...(prefill === 'vllm' && { continue_final_message: true, add_generation_prompt: false }),
  };
}

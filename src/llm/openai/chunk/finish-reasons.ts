import type { ModelFinishReason } from '../../completion.js';
import { BROKEN_ANSWER } from '../../failure-classes.js';
import { ModelFailure } from '../../model-failure.js';

/** What servers call the ends of answers, in lower case, and what each means. A word that is not here means `stop`. */
const WORDS: Readonly<Record<ModelFinishReason | 'failure', string>> = {
  // The model ended by itself: OpenAI; Anthropic; TGI; Cohere.
  stop: 'stop end_turn stop_sequence eos_token complete',
  // OpenAI, and its form of before; Anthropic; Cohere.
  tool_calls: 'tool_calls function_call tool_use tool_call',
  // OpenAI; Anthropic and Gemini; Mistral; Anthropic and Zhipu; Anthropic, which means to go on; Cohere, for its context.
  length:
    'length max_tokens model_length model_context_window_exceeded max_output_tokens max_new_tokens max_length pause_turn ' +
    'error_limit',
  // OpenAI, Azure; Bedrock; Zhipu; Gemini and Vertex; Anthropic; Bedrock; Cohere.
  content_filter:
    'content_filter content_filtered sensitive safety recitation prohibited_content blocklist spii language ' +
    'image_safety image_prohibited_content image_recitation model_armor refusal guardrail_intervened error_toxic',
  // OpenRouter; vLLM, SGLang; DeepSeek; Zhipu; Gemini, of a call that it cannot read; Cohere.
  failure:
    'error abort aborted insufficient_system_resource network_error malformed_function_call unexpected_tool_call ' +
    'malformed_response function_call_filter timeout user_cancel',
};

const MEANINGS: ReadonlyMap<string, ModelFinishReason | 'failure'> = new Map(
  (Object.entries(WORDS) as [ModelFinishReason | 'failure', string][]).flatMap(([meaning, words]) =>
    words.split(' ').map((word) => [word, meaning] as const),
  ),
);

/**
 * Why the model ended; undefined: it goes on, or the server does not say. Vertex writes `FINISH_REASON_SAFETY`, and Gemini
 * `content_filter: RECITATION`.
 * @throws ModelFailure, which may pass, for an end that is a failure
 */
export function decodeFinishReason(reason: unknown): ModelFinishReason | undefined {
  if (typeof reason !== 'string' || reason === '') return undefined;
  const word = MEANINGS.has(reason) ? reason : (findWord(reason) ?? 'stop');
  const meaning = MEANINGS.get(word)!;
  // Only the word of the list: what else is there may be anything.
  if (meaning === 'failure') throw new ModelFailure(BROKEN_ANSWER, `the model ended with ${word}`);
  return meaning;
}

function findWord(reason: string): string | undefined {
  const words = reason
    .toLowerCase()
    .replaceAll('-', '_')
    .split(/[\s:,]+/);
  return words.map((word) => word.replace('finish_reason_', '')).find((word) => MEANINGS.has(word));
}

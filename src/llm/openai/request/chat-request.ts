import type { PrefillFlags, ThinkingTags } from '../../../config/app-config.js';
import type { ModelMessage, ModelParameters } from '../../completion.js';

/** What a target is asked: a completion with its model's defaults filled in. */
export interface ChatRequest {
  readonly messages: readonly ModelMessage[];
  /** 0..2; absent: the server decides. */
  readonly temperature?: number;
  /** At least 1; absent: the server decides. */
  readonly maxTokens?: number;
  readonly parameters?: ModelParameters;
  /** As of `CompletionRequest`. */
  readonly takesCalls?: boolean;
  /** Headers by which the request is found in the logs of the server. */
  readonly trace?: Readonly<Record<string, string>>;
  /** How tags around thinking are read in the answer; absent: `auto`. */
  readonly thinking?: ThinkingTags;
  /** Present: the last message is the beginning of the answer, and these tell the server so. */
  readonly prefill?: PrefillFlags;
  /** Of an answer that is continued: its length so far, in UTF-16 units. */
  readonly keptChars?: number;
}

import type { ModelFinishReason } from '../../completion.js';
import { EMPTY_ANSWER, EMPTY_AT_LIMIT } from '../../failure-classes.js';
import { ModelFailure } from '../../model-failure.js';

const AT_LIMIT =
  'The model reached its limit of tokens (max_tokens) before its answer began: it spent them on thinking. ' +
  'Allow more tokens, or less thinking.';

/** An answer that its server has ended. */
export interface EndedAnswer {
  readonly text: string;
  readonly finishReason: ModelFinishReason;
  /** Whether the model thought, or wanted a tool called, also where the caller takes no calls. */
  readonly hasSides: boolean;
  /** Whether it has calls for a caller that takes them: they are an answer. */
  readonly hasCalls: boolean;
  /** The length of the text that it continues. */
  readonly keptChars?: number;
}

/**
 * The failure of an answer without a text and without calls, undefined for any other. Thinking and white space are no text. A filter may
 * leave nothing. A continuation may add nothing where the text was complete: not after new thinking, which was for more text. At
 * its limit a model would think as long again: only a larger limit helps.
 */
export function emptyAnswer(ended: EndedAnswer): ModelFailure | undefined {
  const { text, finishReason, hasSides, hasCalls, keptChars = 0 } = ended;
  if (hasCalls || finishReason === 'content_filter' || text.trim() !== '') return undefined;
  if (keptChars > 0 && (!hasSides || finishReason === 'length')) return undefined;
  return finishReason === 'length'
    ? new ModelFailure(EMPTY_AT_LIMIT, 'the answer reached max_tokens before its text began', {
        detail: AT_LIMIT,
      })
    : new ModelFailure(EMPTY_ANSWER, 'the answer has no text');
}

/** Many servers end an answer with calls by `stop`, and some an answer without any by `tool_calls`. */
export function finishWithCalls(reason: ModelFinishReason, hasCalls: boolean): ModelFinishReason {
  if (reason !== 'stop' && reason !== 'tool_calls') return reason;
  return hasCalls ? 'tool_calls' : 'stop';
}

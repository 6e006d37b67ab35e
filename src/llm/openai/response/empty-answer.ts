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
  /** Whether it wants a tool called: that is an answer, too. */
  readonly hasCalls: boolean;
  /** The length of the text that it continues. */
  readonly keptChars?: number;
}

/**
 * The failure of an answer without a text, undefined for any other. Thinking and white space are no text. A continuation may
 * add nothing, and a filter may leave nothing. At its limit a model would think as long again: only a larger limit helps.
 */
export function emptyAnswer(ended: EndedAnswer): ModelFailure | undefined {
  const { text, finishReason, hasCalls, keptChars = 0 } = ended;
  if (hasCalls || keptChars > 0 || finishReason === 'content_filter' || text.trim() !== '') return undefined;
  return finishReason === 'length'
    ? new ModelFailure(EMPTY_AT_LIMIT, 'the answer reached max_tokens before its text began', {
        detail: AT_LIMIT,
      })
    : new ModelFailure(EMPTY_ANSWER, 'the answer has no text');
}

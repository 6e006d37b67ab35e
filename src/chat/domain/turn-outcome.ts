import type { ModelFinishReason, Usage } from '../../llm/completion.js';
import type { AppError } from '../../common/errors/app-error.js';

export type FinishReason = ModelFinishReason | 'cancelled';

/**
 * How a turn ended. Every turn ends with exactly one outcome, which is stored before anybody hears
 * of it. A failed turn keeps its partial text for the record, but it is no answer and no history.
 */
export type TurnOutcome =
  | { readonly status: 'completed'; readonly finishReason: ModelFinishReason; readonly usage: Usage }
  /** By a caller, who wanted no more; or when its grace was over, and nobody had read it to its end. */
  | { readonly status: 'cancelled'; readonly by: 'caller' | 'grace'; readonly usage: Usage }
  | { readonly status: 'failed'; readonly error: AppError };

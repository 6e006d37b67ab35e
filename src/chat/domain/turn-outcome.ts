import type { ModelFinishReason, Usage } from '../../llm/completion.js';
import type { AppError } from '../../common/errors/app-error.js';
import type { TurnEventBody } from './turn-event.js';

export type FinishReason = ModelFinishReason | 'cancelled';

/**
 * How a turn ended. Every turn ends with exactly one outcome, which is stored before anybody hears
 * of it. A failed turn keeps its partial text for the record, but it is no answer and no history.
 */
export type TurnOutcome =
  | { readonly status: 'completed'; readonly finishReason: ModelFinishReason; readonly usage: Usage }
  /**
   * By a caller, who wanted no more; or because all its readers had left, when its grace was over or another question
   * of its conversation came.
   */
  | {
      readonly status: 'cancelled';
      readonly by: 'caller' | 'grace' | 'next question';
      readonly usage: Usage;
    }
  | { readonly status: 'failed'; readonly error: AppError };

/** The last event of a turn that ended so. */
export function toTerminalEvent(outcome: TurnOutcome): TurnEventBody {
  switch (outcome.status) {
    case 'completed':
      return { type: 'turn.completed', finishReason: outcome.finishReason, usage: outcome.usage };
    case 'cancelled':
      return { type: 'turn.cancelled', usage: outcome.usage };
    case 'failed':
      return { type: 'turn.failed', error: outcome.error };
  }
}

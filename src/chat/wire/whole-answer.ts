import { EMPTY, fromEvent, lastValueFrom, takeUntil, toArray } from 'rxjs';
import { callerLeft } from '../../common/errors/app-error.js';
import type { Usage } from '../../llm/completion.js';
import type { ToolCall } from '../domain/tool-call.js';
import { foldAnswer, foldReasoning, foldToolCalls } from '../domain/turn-fold.js';
import type { FinishReason } from '../domain/turn-outcome.js';
import type { ReadableTurn } from '../reading/readable-turn.js';

/** What a reader of a turn ends up with. */
export interface WholeAnswer {
  readonly text: string;
  /** Absent: the model showed none. */
  readonly reasoning?: string;
  /** In the order in which the model began them; `[]`: none. */
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
  readonly usage: Usage;
}

/**
 * Waits for the end of the turn, or until the caller has gone.
 * @throws AppError why the turn failed
 */
export async function readWholeAnswer(
  { events$ }: Pick<ReadableTurn, 'events$'>,
  disconnected: AbortSignal,
): Promise<WholeAnswer> {
  // A caller that has left before is no reader: the turn would be kept for it.
  const read$ = disconnected.aborted ? EMPTY : events$.pipe(takeUntil(fromEvent(disconnected, 'abort')));
  const events = await lastValueFrom(read$.pipe(toArray()));
  const end = events.at(-1);
  if (end?.type === 'turn.failed') throw end.error;
  if (end?.type !== 'turn.completed' && end?.type !== 'turn.cancelled') throw callerLeft();
  return {
    text: foldAnswer(events),
    reasoning: foldReasoning(events) || undefined,
    toolCalls: foldToolCalls(events),
    finishReason: end.type === 'turn.completed' ? end.finishReason : 'cancelled',
    usage: end.usage,
  };
}

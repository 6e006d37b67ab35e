import { EMPTY, fromEvent, lastValueFrom, takeUntil, toArray } from 'rxjs';
import { callerLeft } from '../../common/errors/app-error.js';
import type { Usage } from '../../llm/completion.js';
import type { ToolCall } from '../domain/tool-call.js';
import { foldAnswer, foldReasoning, foldToolCalls } from '../domain/turn-fold.js';
import type { FinishReason } from '../domain/turn-outcome.js';
import { isTerminal, type TurnEvent } from '../domain/turn-event.js';
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
 * @returns all of its events
 * @throws AppError why the turn failed
 */
export async function readToEnd(
  { events$ }: Pick<ReadableTurn, 'events$'>,
  disconnected: AbortSignal,
): Promise<readonly TurnEvent[]> {
  // A caller that has left before is no reader: the turn would be kept for it.
  const read$ = disconnected.aborted ? EMPTY : events$.pipe(takeUntil(fromEvent(disconnected, 'abort')));
  const events = await lastValueFrom(read$.pipe(toArray()));
  const end = events.at(-1);
  if (end?.type === 'turn.failed') throw end.error;
  if (!end || !isTerminal(end)) throw callerLeft();
  return events;
}

/** As {@link readToEnd}; returns what a reader of the events ends up with. */
export async function readWholeAnswer(
  turn: Pick<ReadableTurn, 'events$'>,
  disconnected: AbortSignal,
): Promise<WholeAnswer> {
  const events = await readToEnd(turn, disconnected);
  const end = events.at(-1) as Extract<TurnEvent, { type: 'turn.completed' | 'turn.cancelled' }>;
  return {
    text: foldAnswer(events),
    reasoning: foldReasoning(events) || undefined,
    toolCalls: foldToolCalls(events),
    finishReason: end.type === 'turn.completed' ? end.finishReason : 'cancelled',
    usage: end.usage,
  };
}

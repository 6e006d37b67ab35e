import type { Observable } from 'rxjs';
import { RunningTurn } from '../../../src/chat/answering/running-turn.js';
import type { GenerationEvent } from '../../../src/chat/answering/generation-event.js';
import type { RunningTurnOptions } from '../../../src/chat/answering/running-turn-options.js';
import type { TurnEventBody } from '../../../src/chat/domain/turn-event.js';
import type { TurnEnd } from '../../../src/chat/turn/turn-end.js';

export const USAGE = { inputTokens: 1, outputTokens: 2 };
export const COMPLETED: TurnEventBody = { type: 'turn.completed', finishReason: 'stop', usage: USAGE };

/** A log whose events are stored when `stored` says so. */
export const logOf = (stored: () => Promise<boolean>) => ({ append: () => undefined, stored });

/** A turn that is not started yet, and the ends that it records. */
export function turnOf(
  generation$: Observable<GenerationEvent>,
  options: Partial<RunningTurnOptions> = {},
): { turn: RunningTurn; ends: TurnEnd[] } {
  const ends: TurnEnd[] = [];
  const turn = new RunningTurn({
    id: 'turn',
    wire: 'conversation',
    model: 'm',
    generation$,
    log: logOf(() => Promise.resolve(true)),
    record: (end) => {
      ends.push(end);
      return Promise.resolve({ isStored: true });
    },
    onReaders: () => undefined,
    isReadElsewhere: () => Promise.resolve(false),
    onPrompt: () => undefined,
    estimateUsage: () => USAGE,
    disconnectGraceMs: 60_000,
    ...options,
  });
  return { turn, ends };
}

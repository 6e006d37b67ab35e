import { AppError } from '../common/errors/app-error.js';
import type { Source, TurnEvent } from './domain/turn-event.js';
import { EMPTY_TEXT, foldText, wholeText } from './domain/turn-fold.js';
import { outlineOf } from './domain/turn-outline.js';
import type { TurnEnd } from './running-turn.js';

/** The end of a turn whose owner died: failed, with the text that its log has. */
export function abandonedEnd(events: readonly TurnEvent[]): TurnEnd {
  const detail = 'The process that answered died. The text up to there was kept. Ask again.';
  return {
    outcome: { status: 'failed', error: new AppError('turn_interrupted', detail) },
    answer: wholeText(events.reduce(foldText, EMPTY_TEXT)),
    sources: events.reduce<readonly Source[]>(
      (found, event) => (event.type === 'sources.retrieved' ? event.sources : found),
      [],
    ),
    outline: events.map(outlineOf),
    attempts: [],
  };
}

import { AppError } from '../../common/errors/app-error.js';
import { estimateTokens } from '../../common/text/token-estimate.js';
import type { Source, TurnEvent } from '../domain/turn-event.js';
import { sentIn, type TurnEnd, writtenIn } from '../turn/turn-end.js';

/**
 * The end of a turn whose owner died: failed, with the text, the reasoning and the calls that its log has.
 * @param inputTokens of its prompt; null: its owner died before that was logged
 */
export function abandonedEnd(events: readonly TurnEvent[], inputTokens: number | null): TurnEnd {
  const detail = 'The process that answered died. The text up to there was kept. Ask again.';
  const sent = sentIn(events);
  return {
    outcome: { status: 'failed', error: new AppError('turn_interrupted', detail) },
    ...sent,
    sources: events.reduce<readonly Source[]>(
      (found, event) => (event.type === 'sources.retrieved' ? event.sources : found),
      [],
    ),
    attempts: [],
    usage: inputTokens === null ? null : { inputTokens, outputTokens: estimateTokens(writtenIn(sent)) },
    isDelivered: false,
  };
}

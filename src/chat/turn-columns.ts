import type { TurnOutcome } from './domain/turn-outcome.js';
import type { TurnEnd } from './running-turn.js';

/** What the columns hold when a turn has ended: status, finish reason, error, text and figures, in that order. */
export function closingValues({ outcome, answer, sources, outline, attempts, firstTokenMs }: TurnEnd): unknown[] {
  const usage = outcome.status === 'failed' ? null : outcome.usage;
  const error = outcome.status === 'failed' ? outcome.error : null;
  return [
    outcome.status,
    finishReasonOf(outcome),
    error?.code ?? null,
    error?.message.slice(0, 1_000) ?? null,
    answer,
    JSON.stringify(sources),
    outline,
    JSON.stringify(attempts),
    usage?.inputTokens ?? null,
    usage?.outputTokens ?? null,
    firstTokenMs ?? null,
    // A failure that a repetition may mend must not be what the repetition gets.
    error?.retryable ?? false,
  ];
}

function finishReasonOf(outcome: TurnOutcome): string | null {
  switch (outcome.status) {
    case 'completed':
      return outcome.finishReason;
    case 'cancelled':
      return 'cancelled';
    case 'failed':
      return null;
  }
}

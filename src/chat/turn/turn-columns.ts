import type { TurnOutcome } from '../domain/turn-outcome.js';
import type { TurnEnd } from './turn-end.js';

/**
 * What the columns hold when a turn has ended: status, finish reason, error, text, figures, whether it
 * was delivered, and whether its key is free, in that order.
 */
export function closingValues({
  outcome,
  answer,
  sources,
  outline,
  attempts,
  usage,
  isDelivered,
  firstTokenMs,
}: TurnEnd): unknown[] {
  const [code, detail] = errorOf(outcome);
  return [
    outcome.status,
    finishReasonOf(outcome),
    code,
    detail,
    answer,
    JSON.stringify(sources),
    outline,
    JSON.stringify(attempts),
    usage?.inputTokens ?? null,
    usage?.outputTokens ?? null,
    firstTokenMs ?? null,
    isDelivered,
    freesKey(outcome),
  ];
}

/** What a repetition may do better must not be what it gets: a failure that may pass, half an answer that nobody stopped. */
function freesKey(outcome: TurnOutcome): boolean {
  if (outcome.status === 'failed') return outcome.error.retryable;
  return outcome.status === 'cancelled' && outcome.by !== 'caller';
}

function errorOf(outcome: TurnOutcome): [string | null, string | null] {
  if (outcome.status !== 'failed') return [null, null];
  const { code, message } = outcome.error;
  return [code, message.slice(0, 1_000)];
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

import type { TurnOutcome } from './domain/turn-outcome.js';
import type { TurnEnd } from './running-turn.js';

/** What the columns hold when a turn has ended: status, finish reason, error, text and figures, in that order. */
export function closingValues({
  outcome,
  answer,
  sources,
  outline,
  attempts,
  firstTokenMs,
}: TurnEnd): unknown[] {
  const [code, detail, isRetryable] = errorOf(outcome);
  const [inputTokens, outputTokens] = usageOf(outcome);
  return [
    outcome.status,
    finishReasonOf(outcome),
    code,
    detail,
    answer,
    JSON.stringify(sources),
    outline,
    JSON.stringify(attempts),
    inputTokens,
    outputTokens,
    firstTokenMs ?? null,
    // A failure that a repetition may mend must not be what the repetition gets.
    isRetryable,
  ];
}

function errorOf(outcome: TurnOutcome): [string | null, string | null, boolean] {
  if (outcome.status !== 'failed') return [null, null, false];
  const { code, message, retryable } = outcome.error;
  return [code, message.slice(0, 1_000), retryable];
}

function usageOf(outcome: TurnOutcome): [number | null, number | null] {
  return outcome.status === 'failed' ? [null, null] : [outcome.usage.inputTokens, outcome.usage.outputTokens];
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

import type { TurnOutcome } from './domain/turn-outcome.js';
import type { TurnEnd } from './running-turn.js';

/** What the columns hold when a turn has ended: status, finish reason, error, text, figures, and whether the key is free, in that order. */
export function closingValues({
  outcome,
  answer,
  sources,
  outline,
  attempts,
  firstTokenMs,
}: TurnEnd): unknown[] {
  const [code, detail] = errorOf(outcome);
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
    freesKey(outcome),
  ];
}

/** What a repetition may do better must not be what it gets: a failure that may pass, half an answer that nobody stopped. */
function freesKey(outcome: TurnOutcome): boolean {
  if (outcome.status === 'failed') return outcome.error.retryable;
  return outcome.status === 'cancelled' && outcome.by === 'grace';
}

function errorOf(outcome: TurnOutcome): [string | null, string | null] {
  if (outcome.status !== 'failed') return [null, null];
  const { code, message } = outcome.error;
  return [code, message.slice(0, 1_000)];
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

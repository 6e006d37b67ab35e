import type { TurnOutcome } from '../domain/turn-outcome.js';
import type { TurnEnd } from './turn-end.js';

/** The UPDATE that stores the end of a turn, as parts of a statement. */
export interface ClosingUpdate {
  /** The assignments of the SET clause. */
  readonly assignments: string;
  /** The values of the statement's parameters: the given ones, and then those of the assignments. */
  readonly parameters: unknown[];
  /** True of a row that holds this end already. */
  readonly isStored: string;
}

/**
 * The UPDATE that stores how a turn ended.
 * @param given the values of the statement's first parameters, `$1` and so on
 */
export function closingUpdate(end: TurnEnd, ...given: readonly unknown[]): ClosingUpdate {
  const columns = closingColumns(end);
  const assignment = ({ column, sql }: ClosingColumn, index: number) =>
    `${column} = ${(sql ?? '$').replace('$', `$${given.length + index + 1}`)}`;
  const assignments = columns.map(assignment);
  const identifying = assignments.filter((_, index) => columns[index]!.identifies);
  return {
    assignments: [...assignments, 'ended_at = now()'].join(', '),
    parameters: [...given, ...columns.map(({ value }) => value)],
    isStored: identifying.map((equal) => equal.replace('=', 'IS NOT DISTINCT FROM')).join(' AND '),
  };
}

/** A column that the end of a turn fills. */
export interface ClosingColumn {
  readonly column: string;
  readonly value: unknown;
  /** What the column becomes; `$` is the value. Without it, the value itself. */
  readonly sql?: string;
  /** Whether it tells this end from another one of the same turn. */
  readonly identifies?: boolean;
}

/** The columns of a turn's row that its end fills. The one list of them. */
export function closingColumns(end: TurnEnd): ClosingColumn[] {
  const { outcome } = end;
  const [code, detail] = errorOf(outcome);
  return [
    { column: 'status', value: outcome.status, identifies: true },
    { column: 'finish_reason', value: finishReasonOf(outcome), identifies: true },
    { column: 'error_code', value: code, identifies: true },
    { column: 'error_detail', value: detail, identifies: true },
    { column: 'answer', value: end.answer, identifies: true },
    { column: 'reasoning', value: end.reasoning, identifies: true },
    { column: 'tool_calls', value: JSON.stringify(end.toolCalls), identifies: true },
    { column: 'sources', value: JSON.stringify(end.sources) },
    { column: 'outline', value: end.layout, identifies: true },
    { column: 'attempts', value: JSON.stringify(end.attempts) },
    { column: 'input_tokens', value: end.usage?.inputTokens ?? null },
    { column: 'output_tokens', value: end.usage?.outputTokens ?? null },
    { column: 'first_token_ms', value: end.firstTokenMs ?? null },
    { column: 'delivered_at', value: end.isDelivered, sql: 'CASE WHEN $::boolean THEN now() END' },
    {
      column: 'idempotency_key',
      value: freesKey(outcome),
      sql: 'CASE WHEN $::boolean THEN NULL ELSE idempotency_key END',
    },
  ];
}

/** Free the key when a retry could succeed: after a failure that may pass, and after half an answer that its caller did not stop. */
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

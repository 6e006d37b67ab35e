import type { Conclusion, Exchange, HistoryRecord, Question } from '../history.js';
import type { ModelCall } from '../model/model-call.js';
import type { Receipts } from '../receipts.js';
import { readTurns, type TurnReading } from './turn-reading.js';

/** Everything that is known of one question. */
export interface QuestionEvidence {
  readonly question: Question;
  readonly exchanges: readonly Exchange[];
  readonly readings: readonly TurnReading[];
  readonly calls: readonly ModelCall[];
  /** undefined: the caller never came to one. */
  readonly conclusion: Conclusion | undefined;
  /** How often something was done to the service or its database while the question was asked. */
  readonly hurts: number;
}

export interface Evidence {
  readonly questions: readonly QuestionEvidence[];
  readonly receipts: Receipts;
  readonly badExits: readonly string[];
}

export function gatherEvidence(
  history: readonly HistoryRecord[],
  calls: readonly ModelCall[],
  receipts: Receipts,
): Evidence {
  const exchanges = Map.groupBy(ofType(history, 'exchange'), ({ questionId }) => questionId);
  const conclusions = new Map(ofType(history, 'conclusion').map((record) => [record.questionId, record]));
  const callsOf = Map.groupBy(calls, ({ questionId }) => questionId);
  const deeds = readDeeds(history);
  const questions = ofType(history, 'question').map((question): QuestionEvidence => {
    const made = exchanges.get(question.id) ?? [];
    const from = question.at;
    const to = conclusions.get(question.id)?.at ?? Infinity;
    return {
      question,
      exchanges: made,
      // A caller that reads a turn twice at once has two texts of it.
      readings: [true, false].flatMap((isEcho) => readTurns(made.filter((one) => one.isEcho === isEcho))),
      calls: callsOf.get(question.id) ?? [],
      conclusion: conclusions.get(question.id)?.conclusion,
      hurts: deeds.filter((deed) => deed.from < to && deed.to > from).length,
    };
  });
  const badExits = ofType(history, 'bad exit').map(
    ({ target, detail, at }) => `${target} at ${at}: ${detail}`,
  );
  return { questions, receipts, badExits };
}

/** The turns that callers heard of. */
export function turnIdsIn(history: readonly HistoryRecord[]): string[] {
  const { questions } = gatherEvidence(history, [], new Map());
  return [...new Set(questions.flatMap(({ readings }) => readings.map(({ turnId }) => turnId)))];
}

function ofType<T extends HistoryRecord['type']>(history: readonly HistoryRecord[], type: T) {
  return history.filter((record): record is Extract<HistoryRecord, { type: T }> => record.type === type);
}

/** From when to when each deed hurt: beyond its end for as long as connections and leases take to recover. */
function readDeeds(history: readonly HistoryRecord[]): { from: number; to: number }[] {
  const RECOVERY_MS = 15_000;
  return ofType(history, 'nemesis')
    .filter(({ detail }) => detail === undefined)
    .map(({ at, target }) => {
      const over = ofType(history, 'nemesis').find(
        (record) => record.target === target && record.at >= at && record.detail === 'is over',
      );
      return { from: at, to: (over?.at ?? Infinity) + RECOVERY_MS };
    });
}

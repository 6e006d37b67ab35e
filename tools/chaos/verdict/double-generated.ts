import type { Exchange } from '../history.js';
import type { Receipt, Receipts } from '../receipts.js';
import { MAX_RETRIES } from '../settings.js';
import type { QuestionEvidence } from './evidence.js';
import type { Finding } from './finding.js';
import type { Rule } from './rules.js';

/**
 * How often the model was asked. A POST with `Last-Event-ID`, and a GET, never ask it; any other POST asks for
 * one turn at most, and with a key only when the turn before it has failed such that it may be repeated.
 */
export const findDoubleGenerated: Rule = (evidence, receipts) => {
  const whys = [
    callsOf(evidence),
    answeredCallsOf(evidence),
    attemptsOf(evidence, receipts),
    turnsOf(evidence, receipts),
  ];
  return whys
    .filter((why) => why !== null)
    .map((why): Finding => ({ category: 'double-generated', questionId: evidence.question.id, why }));
};

function callsOf({ calls, exchanges }: QuestionEvidence): string | null {
  const turns = exchanges.filter(mayOpenTurn).length;
  const limit = turns * (1 + MAX_RETRIES);
  return calls.length > limit ? `${calls.length} calls, where ${turns} turns may take ${limit}` : null;
}

/**
 * A caller with a complete answer keeps it: the model is asked again only after the owner died before that was stored,
 * or for a caller who cannot say that it is the same question.
 */
function answeredCallsOf({ question, calls, exchanges, hurts }: QuestionEvidence): string | null {
  const answered = calls.filter(({ end }) => end === 'answered').length;
  const turns = exchanges.filter(mayOpenTurn).length;
  const limit = question.key === null ? turns : Math.min(turns, 1 + hurts);
  return answered > limit
    ? `the model gave ${answered} complete answers, ${limit} at most were asked for`
    : null;
}

/** The receipt of a turn that was completed names each call. */
function attemptsOf({ calls, exchanges, readings }: QuestionEvidence, receipts: Receipts): string | null {
  if (exchanges.filter(mayOpenTurn).length !== 1 || turnIdsOf(readings).length !== 1) return null;
  const receipt = receipts.get(readings[0]!.turnId);
  if (receipt?.status !== 'completed' || calls.length <= receipt.attempts.length) return null;
  return `${calls.length} calls, where the receipt has ${receipt.attempts.length} attempts`;
}

function turnsOf({ question, exchanges, readings }: QuestionEvidence, receipts: Receipts): string | null {
  if (question.key === null) {
    const turns = exchanges.filter(mayOpenTurn).length;
    const { length } = turnIdsOf(readings);
    return length > turns ? `${length} turns, by ${turns} questions` : null;
  }
  const stored = turnIdsOf(readings)
    .map((turnId) => receipts.get(turnId))
    .filter((receipt) => receipt != null);
  const inOrder = stored.sort((a, b) => a.created_at.localeCompare(b.created_at));
  const [wrong] = inOrder.slice(1).filter((receipt, index) => !mayBeRepeated(inOrder[index]!, receipt));
  return wrong ? `one key, and beside ${wrong.chat_id} another turn that had not failed before` : null;
}

function turnIdsOf(readings: QuestionEvidence['readings']): string[] {
  return [...new Set(readings.map(({ turnId }) => turnId))];
}

function mayBeRepeated(earlier: Receipt, later: Receipt): boolean {
  return (
    earlier.status === 'failed' && earlier.ended_at !== undefined && earlier.ended_at <= later.created_at
  );
}

function mayOpenTurn({ method, path, lastEventId, status }: Exchange): boolean {
  const isQuestion = method === 'POST' && !path.endsWith('/stop') && lastEventId === null;
  return isQuestion && (status === null || status < 400 || status >= 500);
}

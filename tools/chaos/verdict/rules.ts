import { isBeginning, isWholeAnswer } from '../known-answer.js';
import type { Receipt, Receipts } from '../receipts.js';
import type { ToldEnd } from '../told.js';
import type { QuestionEvidence } from './evidence.js';
import type { Finding } from './finding.js';
import type { TurnReading } from './turn-reading.js';

/** A rule looks at one question and says what is wrong with it. */
export type Rule = (evidence: QuestionEvidence, receipts: Receipts) => Finding[];

/** Sent when an end could not be stored: it says of itself that it does not count. */
const NOT_STORED = 'database_unavailable';

/** Every end that a caller got is stored so, and every accepted turn exists. */
export const findLost: Rule = ({ question, readings, exchanges }, receipts) => [
  ...readings.flatMap((reading): Finding[] => {
    const { turnId } = reading;
    const lost = (why: string): Finding => ({ category: 'lost', questionId: question.id, turnId, why });
    const receipt = receipts.get(turnId);
    if (!receipt) return [lost('the service does not know the turn any more')];
    const end = lastCounting(reading);
    if (!end) return [];
    if (receipt.status !== end.status)
      return [lost(`a caller got ${end.status}, ${receipt.status} is stored`)];
    const isSameReason =
      end.status === 'failed'
        ? end.errorCode === receipt.error_code
        : end.finishReason === receipt.finish_reason;
    if (!isSameReason) return [lost(`a caller got ${JSON.stringify(end)}, another reason is stored`)];
    const isWithText = end.status !== 'completed' || textOf(reading) === receipt.text;
    return isWithText ? [] : [lost('it is stored as completed, with another text than the caller got')];
  }),
  ...exchanges.flatMap(({ path, status, answer }): Finding[] => {
    if (!path.endsWith('/stop') || status !== 200) return [];
    const told = JSON.parse(answer ?? '{}') as { chat_id: string; status: string; characters: number };
    const receipt = receipts.get(told.chat_id);
    const isSame = receipt?.status === told.status && receipt.text.length === told.characters;
    if (told.status === 'running' || isSame) return [];
    const why = `stop answered ${answer}, stored is ${receipt?.status} with ${receipt?.text.length} characters`;
    return [{ category: 'lost', questionId: question.id, turnId: told.chat_id, why }];
  }),
];

export const findDuplicated: Rule = ({ question, readings }) =>
  readings.flatMap(({ turnId, repetitions, ends }): Finding[] => {
    const duplicated = (why: string): Finding => ({
      category: 'duplicated',
      questionId: question.id,
      turnId,
      why,
    });
    const counting = new Set(
      ends
        .filter(isCounting)
        .map(({ status, finishReason, errorCode }) => [status, finishReason, errorCode].join(' ')),
    );
    return [
      ...repetitions.map(duplicated),
      ...(counting.size > 1
        ? [duplicated(`ends that contradict each other: ${[...counting].join('; ')}`)]
        : []),
    ];
  });

export const findUnterminated: Rule = ({ question, readings, conclusion }, receipts) => [
  ...readings
    .filter(({ turnId }) => receipts.get(turnId)?.status === 'running')
    .map(({ turnId }): Finding => {
      return { category: 'unterminated', questionId: question.id, turnId, why: 'the turn is still running' };
    }),
  ...(conclusion === undefined || conclusion === 'stopped'
    ? [
        {
          category: 'unterminated' as const,
          questionId: question.id,
          why: 'the caller never heard of an end',
        },
      ]
    : []),
];

/** What a caller folds together is what is stored; what is kept for good is stored whatever happens. */
export const findDiffering: Rule = ({ question, readings }, receipts) =>
  readings.flatMap((reading): Finding[] => {
    const { turnId } = reading;
    const receipt = receipts.get(turnId);
    const why = receipt && differenceOf(reading, receipt);
    return why ? [{ category: 'differing', questionId: question.id, turnId, why }] : [];
  });

function differenceOf(reading: TurnReading, receipt: Receipt): string | null {
  const text = textOf(reading);
  if (!receipt.text.startsWith(reading.committed))
    return `what came before a BREAK is not stored: ${show(reading.committed)} against ${show(receipt.text)}`;
  if (reading.ends.some((end) => !isCounting(end))) return null;
  const end = lastCounting(reading);
  if (!end) return null;
  if (end.storedChars !== undefined && !isVoidable(reading)) {
    const isStored =
      end.storedChars === receipt.text.length && text.slice(0, end.storedChars) === receipt.text;
    return isStored ? null : `stored_chars ${end.storedChars}: ${show(text)} against ${show(receipt.text)}`;
  }
  return text === receipt.text ? null : `the caller has ${show(text)}, stored is ${show(receipt.text)}`;
}

/** Variant B never says `stored_chars`; that it does is a fault of its own. */
function isVoidable(reading: TurnReading): boolean {
  return reading.committed !== '';
}

export const findGarbled: Rule = ({ question, readings }, receipts) =>
  readings.flatMap(({ turnId }): Finding[] => {
    const receipt = receipts.get(turnId);
    if (!receipt) return [];
    const isRight =
      receipt.status === 'completed'
        ? isWholeAnswer(question.id, receipt.text)
        : isBeginning(question.id, receipt.text);
    const why = `${receipt.status} with ${show(receipt.text)}`;
    return isRight ? [] : [{ category: 'garbled', questionId: question.id, turnId, why }];
  });

export const findRefused: Rule = ({ question, exchanges, conclusion }) => {
  const sent = exchanges.filter(({ path }) => !path.endsWith('/stop'));
  const last = conclusion === 'refused' ? sent.filter(({ isEcho }) => !isEcho).slice(-1) : [];
  const echoes = sent.filter(
    ({ isEcho, status }) => isEcho && status !== null && status >= 400 && status < 500,
  );
  return [...last, ...echoes].map(({ path, status, answer, lastEventId }): Finding => {
    const why = `${path} after ${lastEventId ?? 'nothing'}: ${status} ${answer}`;
    return { category: 'refused', questionId: question.id, why };
  });
};

function textOf({ committed, open }: TurnReading): string {
  return committed + open;
}

function isCounting({ errorCode }: ToldEnd): boolean {
  return errorCode !== NOT_STORED;
}

function lastCounting({ ends }: TurnReading): ToldEnd | undefined {
  return ends.findLast(isCounting);
}

/** The length and the end: where texts differ is mostly there. */
function show(text: string): string {
  return `${text.length} characters that end with ${JSON.stringify(text.slice(-60))}`;
}

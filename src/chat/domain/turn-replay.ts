import { splitDelta } from './split-delta.js';
import type { Source, TurnEvent, TurnEventBody } from './turn-event.js';
import { type LaidOutEvent, readLayout, type EventLayout } from './event-layout.js';

/** An ended turn as it is stored. */
export interface EndedTurn {
  readonly answer: string;
  readonly sources: readonly Source[];
  readonly layout: EventLayout;
  /** How it ended. */
  readonly end: TurnEventBody;
  /**
   * Its owner died, and its wire can void: readers may have seen text that was never stored, under
   * numbers that go beyond the layout's.
   */
  readonly mayHaveLostText: boolean;
}

/**
 * The events of an ended turn that follow `afterSeq`, such that what a reader has up to there and these
 * fold to the stored answer. The terminal event always comes, whatever `afterSeq`.
 */
export function replay(turn: EndedTurn, afterSeq: number): TurnEvent[] {
  const laidOut = readLayout(turn.layout).filter(({ type }) => type !== 'turn.ended');
  const lastCommit = laidOut.findLast(({ type }) => type === 'text.committed')?.seq ?? 0;
  const isVoid = turn.mayHaveLostText && mayHaveOpenText(laidOut, lastCommit, afterSeq);
  const events = isVoid ? resendOpenText(turn, laidOut, lastCommit) : eventsAfter(turn, laidOut, afterSeq);
  const lastSeq = Math.max(events.at(-1)?.seq ?? 0, laidOut.at(-1)?.seq ?? 0);
  return [...events, { ...turn.end, seq: lastSeq + 1 }];
}

/** Whether a reader has text since the last commit. The layout does not show the text beyond. */
function mayHaveOpenText(laidOut: readonly LaidOutEvent[], lastCommit: number, afterSeq: number): boolean {
  if (afterSeq > (laidOut.at(-1)?.seq ?? 0)) return true;
  return laidOut.some(({ seq, span }) => span !== undefined && seq > lastCommit && seq <= afterSeq);
}

/** A reader may have more text since the last commit than was stored: voids that text, and sends the stored text again. */
function resendOpenText(turn: EndedTurn, laidOut: readonly LaidOutEvent[], lastCommit: number): TurnEvent[] {
  const from = laidOut.findLast(({ seq, span }) => span && seq < lastCommit)?.span?.[1] ?? 0;
  const seq = laidOut.at(-1)?.seq ?? 0;
  const voided: TurnEvent = { type: 'text.voided', seq: seq + 1 };
  const parts = splitDelta(turn.answer.slice(from));
  return [
    voided,
    ...parts.map((text, index): TurnEvent => ({ type: 'text.delta', text, seq: seq + 2 + index })),
  ];
}

function eventsAfter(turn: EndedTurn, laidOut: readonly LaidOutEvent[], afterSeq: number): TurnEvent[] {
  let hasOpenText = false;
  return laidOut.flatMap((event) => {
    const { type, seq } = event;
    // Voided deltas are left out: only a reader that has some of them must hear that they are void.
    const isNews = seq > afterSeq && (type !== 'text.voided' || hasOpenText);
    if (type === 'text.delta') hasOpenText ||= seq <= afterSeq;
    if (type === 'text.voided' || type === 'text.committed') hasOpenText = false;
    return isNews ? toEvent(turn, event) : [];
  });
}

function toEvent({ answer, sources }: EndedTurn, { type, seq, span }: LaidOutEvent): TurnEvent[] {
  switch (type) {
    case 'text.delta':
      return span ? [{ type, seq, text: answer.slice(...span) }] : [];
    case 'sources.retrieved':
      return [{ type, seq, sources }];
    case 'turn.ended':
    case 'reasoning.delta':
    case 'tool_call.delta':
      return [];
    default:
      return [{ type, seq }];
  }
}

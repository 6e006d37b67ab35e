import { splitDelta } from './split-delta.js';
import type { Source, TurnEvent, TurnEventBody } from './turn-event.js';
import { type LaidOutEvent, readLayout, type EventLayout } from './event-layout.js';

/** An ended turn as it is stored. */
export interface EndedTurn {
  readonly answer: string;
  readonly reasoning: string;
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

type EventType = LaidOutEvent['type'];

const VOIDS: ReadonlySet<EventType> = new Set(['text.voided', 'sides.voided']);
/** After them no reader has open text, or open reasoning. */
const ENDS_TEXT: ReadonlySet<EventType> = new Set(['text.voided', 'text.committed']);
const ENDS_REASONING: ReadonlySet<EventType> = new Set(['text.voided', 'text.committed', 'sides.voided']);

/**
 * The events of an ended turn that follow `afterSeq`, such that what a reader has up to there and these
 * fold to the stored answer and reasoning. The terminal event always comes, whatever `afterSeq`.
 */
export function replay(turn: EndedTurn, afterSeq: number): TurnEvent[] {
  const laidOut = readLayout(turn.layout).filter(({ type }) => type !== 'turn.ended');
  const lastCommit = laidOut.findLast(({ type }) => type === 'text.committed')?.seq ?? 0;
  const voids = turn.mayHaveLostText ? voidFor(laidOut, lastCommit, afterSeq) : null;
  const events = voids
    ? numbered([voids, ...openDeltas(turn, laidOut, lastCommit)], (laidOut.at(-1)?.seq ?? 0) + 1)
    : eventsAfter(turn, laidOut, afterSeq);
  const lastSeq = Math.max(events.at(-1)?.seq ?? 0, laidOut.at(-1)?.seq ?? 0);
  return [...events, { ...turn.end, seq: lastSeq + 1 }];
}

/** What voids the deltas that a reader has since the last commit: it may have more of them than was stored. Null: it has none. */
function voidFor(
  laidOut: readonly LaidOutEvent[],
  lastCommit: number,
  afterSeq: number,
): TurnEventBody | null {
  // The layout does not show what is beyond it.
  if (afterSeq > (laidOut.at(-1)?.seq ?? 0)) return { type: 'text.voided' };
  const had = laidOut.filter(({ seq, span }) => span !== undefined && seq > lastCommit && seq <= afterSeq);
  if (had.some(({ type }) => type === 'text.delta')) return { type: 'text.voided' };
  return had.length > 0 ? { type: 'sides.voided' } : null;
}

/** What is stored of the deltas since the last commit. */
function openDeltas(
  { reasoning, answer }: EndedTurn,
  laidOut: readonly LaidOutEvent[],
  lastCommit: number,
): TurnEventBody[] {
  const startOf = (type: EventType) =>
    laidOut.findLast((event) => event.type === type && event.span && event.seq < lastCommit)?.span?.[1] ?? 0;
  return [
    ...toDeltas('reasoning.delta', reasoning.slice(startOf('reasoning.delta'))),
    ...toDeltas('text.delta', answer.slice(startOf('text.delta'))),
  ];
}

function toDeltas(type: 'text.delta' | 'reasoning.delta', text: string): TurnEventBody[] {
  return splitDelta(text).map((part) => ({ type, text: part }));
}

function numbered(bodies: readonly TurnEventBody[], firstSeq: number): TurnEvent[] {
  return bodies.map((body, index) => ({ ...body, seq: firstSeq + index }));
}

/** Voided deltas are left out: only a reader that has some of them must hear that they are void. */
function eventsAfter(turn: EndedTurn, laidOut: readonly LaidOutEvent[], afterSeq: number): TurnEvent[] {
  const had = { text: false, reasoning: false };
  return laidOut.flatMap((event): TurnEvent[] => {
    const { type, seq } = event;
    const isNews = seq > afterSeq;
    const voids = voidOfHad(had, type);
    if (!isNews && type === 'text.delta') had.text = true;
    if (!isNews && type === 'reasoning.delta') had.reasoning = true;
    if (ENDS_TEXT.has(type)) had.text = false;
    if (ENDS_REASONING.has(type)) had.reasoning = false;
    if (!isNews) return [];
    if (VOIDS.has(type)) return voids ? [{ type: voids, seq }] : [];
    return toEvent(turn, event);
  });
}

/** What of the deltas that a reader had is void; null: it had none of them. */
function voidOfHad(
  had: { readonly text: boolean; readonly reasoning: boolean },
  type: EventType,
): 'text.voided' | 'sides.voided' | null {
  if (had.text && type === 'text.voided') return 'text.voided';
  return had.reasoning ? 'sides.voided' : null;
}

function toEvent({ answer, reasoning, sources }: EndedTurn, { type, seq, span }: LaidOutEvent): TurnEvent[] {
  switch (type) {
    case 'text.delta':
      return span ? [{ type, seq, text: answer.slice(...span) }] : [];
    case 'reasoning.delta':
      return span ? [{ type, seq, text: reasoning.slice(...span) }] : [];
    case 'sources.retrieved':
      return [{ type, seq, sources }];
    case 'turn.ended':
    case 'tool_call.delta':
      return [];
    default:
      return [{ type, seq }];
  }
}

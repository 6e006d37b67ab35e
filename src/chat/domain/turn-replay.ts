import { splitDelta } from './split-delta.js';
import type { ToolCall } from './tool-call.js';
import type { Source, TurnEvent, TurnEventBody } from './turn-event.js';
import { type LaidOutEvent, readLayout, type EventLayout } from './event-layout.js';

/** An ended turn as it is stored. */
export interface EndedTurn {
  readonly answer: string;
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
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
/** After them no reader has open text, or open reasoning and calls. */
const ENDS_TEXT: ReadonlySet<EventType> = new Set(['text.voided', 'text.committed']);
const ENDS_SIDES: ReadonlySet<EventType> = new Set(['text.voided', 'text.committed', 'sides.voided']);

/**
 * The events of an ended turn that follow `afterSeq`, such that what a reader has up to there and these
 * fold to the stored answer, reasoning and calls. The terminal event always comes, whatever `afterSeq`.
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
function openDeltas(turn: EndedTurn, laidOut: readonly LaidOutEvent[], lastCommit: number): TurnEventBody[] {
  const isBefore = ({ seq, span }: LaidOutEvent) => span !== undefined && seq < lastCommit;
  const startOf = (type: EventType) =>
    laidOut.findLast((event) => event.type === type && isBefore(event))?.span?.[1] ?? 0;
  const calls = laidOut.filter(({ call, seq }) => call?.kind === 'begin' && seq > lastCommit);
  return [
    ...splitDelta(turn.reasoning.slice(startOf('reasoning.delta'))).map(toReasoning),
    ...splitDelta(turn.answer.slice(startOf('text.delta'))).map(toText),
    ...calls.flatMap(({ call }) => completeCall(call!.index, turn.toolCalls[call!.place])),
  ];
}

const toText = (text: string): TurnEventBody => ({ type: 'text.delta', text });
const toReasoning = (text: string): TurnEventBody => ({ type: 'reasoning.delta', text });

function completeCall(index: number, call: ToolCall | undefined): TurnEventBody[] {
  if (!call) return [];
  const { arguments: json, ...begin } = call;
  return [
    { type: 'tool_call.delta', index, ...begin, arguments: '' },
    ...splitDelta(json).map((piece) => ({ type: 'tool_call.delta' as const, index, arguments: piece })),
  ];
}

function numbered(bodies: readonly TurnEventBody[], firstSeq: number): TurnEvent[] {
  return bodies.map((body, index) => ({ ...body, seq: firstSeq + index }));
}

/** Voided deltas are left out: only a reader that has some of them must hear that they are void. */
function eventsAfter(turn: EndedTurn, laidOut: readonly LaidOutEvent[], afterSeq: number): TurnEvent[] {
  const had = { text: false, sides: false };
  const lateExtras = new Set(laidOut.flatMap(({ call }) => (call?.kind === 'extra' ? [call.place] : [])));
  return laidOut.flatMap((event): TurnEvent[] => {
    const { type, seq } = event;
    const isNews = seq > afterSeq;
    const voids = voidOfHad(had, type);
    if (!isNews && type === 'text.delta') had.text = true;
    if (!isNews && (type === 'reasoning.delta' || type === 'tool_call.delta')) had.sides = true;
    if (ENDS_TEXT.has(type)) had.text = false;
    if (ENDS_SIDES.has(type)) had.sides = false;
    if (!isNews) return [];
    if (VOIDS.has(type)) return voids ? [{ type: voids, seq }] : [];
    return type === 'tool_call.delta' ? toCallEvent(turn, event, lateExtras) : toEvent(turn, event);
  });
}

/** What of the deltas that a reader had is void; null: it had none of them. */
function voidOfHad(
  had: { readonly text: boolean; readonly sides: boolean },
  type: EventType,
): 'text.voided' | 'sides.voided' | null {
  if (had.text && type === 'text.voided') return 'text.voided';
  return had.sides ? 'sides.voided' : null;
}

/** @param lateExtras the places of the calls whose extra content came after their begin */
function toCallEvent(
  { toolCalls }: EndedTurn,
  { seq, span, call: laidOut }: LaidOutEvent,
  lateExtras: ReadonlySet<number>,
): TurnEvent[] {
  const call = laidOut && toolCalls[laidOut.place];
  if (!call || !span) return [];
  const { id, name, extraContent } = call;
  const { index, place, kind } = laidOut;
  const delta = { type: 'tool_call.delta', seq, index, arguments: call.arguments.slice(...span) } as const;
  if (kind === 'arguments') return [delta];
  const hasExtra = extraContent && (kind === 'extra') === lateExtras.has(place);
  const extra = hasExtra ? { extraContent } : {};
  return [kind === 'begin' ? { ...delta, id, name, ...extra } : { ...delta, ...extra }];
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

import type { ToolCallDelta } from '../../llm/completion.js';
import type { TurnEventBody } from './turn-event.js';

/**
 * The shape of a turn's events, one number each in the order of their `seq`: a delta of text is its length in
 * UTF-16 code units, a delta of reasoning is {@link REASONING} less its length, a delta of a tool call is {@link CALL} less
 * the number of its call times {@link CALL_STEP} and less its kind or length, anything else one of the marks below. With the
 * stored answer, reasoning and calls it gives the events back, with the same numbers, long after the log is gone;
 * deltas that were voided have only their length, and no reader needs more of them.
 */
export type EventLayout = readonly number[];

/** What the row has the text of. */
type DeltaType = 'text.delta' | 'reasoning.delta' | 'tool_call.delta';

const STARTED = 0;
const SOURCES = -1;
const COMMITTED = -2;
const VOIDED = -3;
const ENDED = -4;
/** A call of a turn of the former release, whose row has no calls: only its `seq` counts, and no reader gets it. */
const UNSTORED_CALL = -6;
const SIDES_VOIDED = -7;
/** Below every mark: a release that does not know it takes it for an event that it does not show. */
const REASONING = -1_000;
/** Below every delta of reasoning. A release that does not know it takes it for reasoning beyond the end of what is stored. */
const CALL = -10_000_000;
/** More than the length of any delta. */
const CALL_STEP = 16_384;
/** In place of the length: a call begins; or what its server wants back with it comes on its own. */
const CALL_BEGIN = 0;
const CALL_EXTRA = CALL_STEP - 1;

const MARKS: Readonly<Record<Exclude<TurnEventBody['type'], DeltaType>, number>> = {
  'turn.started': STARTED,
  'sources.retrieved': SOURCES,
  'text.committed': COMMITTED,
  'text.voided': VOIDED,
  'sides.voided': SIDES_VOIDED,
  'turn.completed': ENDED,
  'turn.failed': ENDED,
  'turn.cancelled': ENDED,
};

/** The layout of some events, the first of which is the first of its turn. */
export function layoutOf(events: readonly TurnEventBody[]): EventLayout {
  const layout: number[] = [];
  // Without a function for each event: an answer has thousands of deltas.
  for (const event of events) {
    if (event.type === 'text.delta') layout.push(event.text.length);
    else if (event.type === 'reasoning.delta') layout.push(REASONING - event.text.length);
    else if (event.type === 'tool_call.delta') layout.push(markOfCall(event));
    else layout.push(MARKS[event.type]);
  }
  return layout;
}

function markOfCall({ index, id, extraContent, arguments: piece }: ToolCallDelta): number {
  const kind = id === undefined ? (extraContent ? CALL_EXTRA : piece.length) : CALL_BEGIN;
  return CALL - index * CALL_STEP - kind;
}

/** A delta of a call that was not voided. */
export interface LaidOutCall {
  readonly index: number;
  /** Which of the stored calls: from 0. */
  readonly place: number;
  readonly kind: 'begin' | 'extra' | 'arguments';
}

/** An event's place in the layout: its `seq`, and for a delta its place in the answer. */
export interface LaidOutEvent {
  readonly seq: number;
  readonly type: Exclude<TurnEventBody['type'], `turn.${string}`> | 'turn.started' | 'turn.ended';
  /** Of a delta that was not voided: from and to in the answer, in the reasoning, or in the arguments of its call. */
  readonly span?: readonly [number, number];
  readonly call?: LaidOutCall;
}

/** The events of a layout. Voided deltas have no span. */
export function readLayout(layout: EventLayout): LaidOutEvent[] {
  const surviving = survivingDeltas(layout);
  const ends = { 'text.delta': 0, 'reasoning.delta': 0 };
  const calls = new CallPlaces();
  return layout.map((mark, index): LaidOutEvent => {
    const seq = index + 1;
    const type = typeOf(mark);
    if (mark === COMMITTED) calls.commit();
    if (!surviving.has(index)) return { seq, type };
    if (type === 'tool_call.delta') return { seq, type, ...calls.read(mark) };
    if (type !== 'text.delta' && type !== 'reasoning.delta') return { seq, type };
    const from = ends[type];
    ends[type] += type === 'text.delta' ? mark : REASONING - mark;
    return { seq, type, span: [from, ends[type]] };
  });
}

/** Finds the stored call of each delta of a call. */
class CallPlaces {
  /** By the number of a call: its place, and how much of its arguments has come. */
  private readonly open = new Map<number, { readonly place: number; end: number }>();
  private count = 0;

  /** What comes under a number after a commit is another call. */
  commit(): void {
    this.open.clear();
  }

  read(mark: number): Pick<LaidOutEvent, 'call' | 'span'> {
    const index = Math.floor((CALL - mark) / CALL_STEP);
    const kind = (CALL - mark) % CALL_STEP;
    if (kind === CALL_BEGIN) this.open.set(index, { place: this.count++, end: 0 });
    const found = this.open.get(index);
    if (!found) return {};
    const { place, end: from } = found;
    if (kind === CALL_BEGIN) return { call: { index, place, kind: 'begin' }, span: [0, 0] };
    if (kind === CALL_EXTRA) return { call: { index, place, kind: 'extra' }, span: [from, from] };
    found.end += kind;
    return { call: { index, place, kind: 'arguments' }, span: [from, found.end] };
  }
}

function survivingDeltas(layout: EventLayout): ReadonlySet<number> {
  const surviving = new Set<number>();
  let open: number[] = [];
  for (const [index, mark] of layout.entries()) {
    if (isDelta(mark)) open.push(index);
    if (mark === VOIDED) open = [];
    if (mark === SIDES_VOIDED) open = open.filter((delta) => layout[delta]! > 0);
    if (mark === COMMITTED) {
      for (const delta of open) surviving.add(delta);
      open = [];
    }
  }
  for (const delta of open) surviving.add(delta);
  return surviving;
}

function isDelta(mark: number): boolean {
  return mark > 0 || mark < REASONING;
}

function typeOf(mark: number): LaidOutEvent['type'] {
  if (mark > 0) return 'text.delta';
  if (mark <= CALL) return 'tool_call.delta';
  if (mark < REASONING) return 'reasoning.delta';
  switch (mark) {
    case STARTED:
      return 'turn.started';
    case SOURCES:
      return 'sources.retrieved';
    case COMMITTED:
      return 'text.committed';
    case VOIDED:
      return 'text.voided';
    case UNSTORED_CALL:
      return 'tool_call.delta';
    case SIDES_VOIDED:
      return 'sides.voided';
    default:
      return 'turn.ended';
  }
}

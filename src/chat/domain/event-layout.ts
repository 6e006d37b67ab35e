import type { TurnEventBody } from './turn-event.js';

/**
 * The shape of a turn's events, one number each in the order of their `seq`: a delta is its length in
 * UTF-16 code units, anything else one of the marks below. With the stored answer it gives the events
 * back, with the same numbers, long after the log is gone; deltas that were voided have only their
 * length, and no reader needs more of them. Of reasoning and tool calls only the place is known: the row has their text
 * nowhere.
 */
export type EventLayout = readonly number[];

const STARTED = 0;
const SOURCES = -1;
const COMMITTED = -2;
const VOIDED = -3;
const ENDED = -4;
const REASONING = -5;
const TOOL_CALL = -6;
const SIDES_VOIDED = -7;

const MARKS: Readonly<Record<Exclude<TurnEventBody['type'], 'text.delta'>, number>> = {
  'turn.started': STARTED,
  'sources.retrieved': SOURCES,
  'text.committed': COMMITTED,
  'text.voided': VOIDED,
  'reasoning.delta': REASONING,
  'tool_call.delta': TOOL_CALL,
  'sides.voided': SIDES_VOIDED,
  'turn.completed': ENDED,
  'turn.failed': ENDED,
  'turn.cancelled': ENDED,
};

/** The layout of some events, the first of which is the first of its turn. */
export function layoutOf(events: readonly TurnEventBody[]): EventLayout {
  const layout: number[] = [];
  for (const event of events)
    layout.push(event.type === 'text.delta' ? event.text.length : MARKS[event.type]);
  return layout;
}

/** An event's place in the layout: its `seq`, and for a delta its place in the answer. */
export interface LaidOutEvent {
  readonly seq: number;
  readonly type: Exclude<TurnEventBody['type'], `turn.${string}`> | 'turn.started' | 'turn.ended';
  /** Of a delta that was not voided: from and to in the answer. */
  readonly span?: readonly [number, number];
}

/** The events of a layout. Voided deltas have no span. */
export function readLayout(layout: EventLayout): LaidOutEvent[] {
  const surviving = survivingDeltas(layout);
  let offset = 0;
  return layout.map((mark, index): LaidOutEvent => {
    const seq = index + 1;
    if (mark <= 0) return { seq, type: typeOf(mark) };
    if (!surviving.has(index)) return { seq, type: 'text.delta' };
    const from = offset;
    offset += mark;
    return { seq, type: 'text.delta', span: [from, offset] };
  });
}

function survivingDeltas(layout: EventLayout): ReadonlySet<number> {
  const surviving = new Set<number>();
  let open: number[] = [];
  for (const [index, mark] of layout.entries()) {
    if (mark > 0) open.push(index);
    if (mark === VOIDED) open = [];
    if (mark === COMMITTED) {
      for (const delta of open) surviving.add(delta);
      open = [];
    }
  }
  for (const delta of open) surviving.add(delta);
  return surviving;
}

function typeOf(mark: number): Exclude<LaidOutEvent['type'], 'text.delta'> {
  switch (mark) {
    case STARTED:
      return 'turn.started';
    case SOURCES:
      return 'sources.retrieved';
    case COMMITTED:
      return 'text.committed';
    case VOIDED:
      return 'text.voided';
    case REASONING:
      return 'reasoning.delta';
    case TOOL_CALL:
      return 'tool_call.delta';
    case SIDES_VOIDED:
      return 'sides.voided';
    default:
      return 'turn.ended';
  }
}

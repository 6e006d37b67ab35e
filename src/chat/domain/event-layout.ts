import type { TurnEventBody } from './turn-event.js';

/**
 * The shape of a turn's events, one number each in the order of their `seq`: a delta of text is its length in
 * UTF-16 code units, a delta of reasoning is {@link REASONING} less its length, anything else one of the marks below.
 * With the stored answer and reasoning it gives the events back, with the same numbers, long after the log is gone;
 * deltas that were voided have only their length, and no reader needs more of them. Of tool calls only the place is
 * known: the row has their text nowhere.
 */
export type EventLayout = readonly number[];

/** What the row has the text of. */
type DeltaType = 'text.delta' | 'reasoning.delta';

const STARTED = 0;
const SOURCES = -1;
const COMMITTED = -2;
const VOIDED = -3;
const ENDED = -4;
const TOOL_CALL = -6;
const SIDES_VOIDED = -7;
/** Below every mark: a release that does not know it takes it for an event that it does not show. */
const REASONING = -1_000;

const MARKS: Readonly<Record<Exclude<TurnEventBody['type'], DeltaType>, number>> = {
  'turn.started': STARTED,
  'sources.retrieved': SOURCES,
  'text.committed': COMMITTED,
  'text.voided': VOIDED,
  'tool_call.delta': TOOL_CALL,
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
    else layout.push(MARKS[event.type]);
  }
  return layout;
}

/** An event's place in the layout: its `seq`, and for a delta its place in the answer. */
export interface LaidOutEvent {
  readonly seq: number;
  readonly type: Exclude<TurnEventBody['type'], `turn.${string}`> | 'turn.started' | 'turn.ended';
  /** Of a delta that was not voided: from and to in the answer, or in the reasoning. */
  readonly span?: readonly [number, number];
}

/** The events of a layout. Voided deltas have no span. */
export function readLayout(layout: EventLayout): LaidOutEvent[] {
  const surviving = survivingDeltas(layout);
  const ends = { 'text.delta': 0, 'reasoning.delta': 0 };
  return layout.map((mark, index): LaidOutEvent => {
    const seq = index + 1;
    const type = typeOf(mark);
    if (!surviving.has(index) || !isDelta(type)) return { seq, type };
    const from = ends[type];
    ends[type] += type === 'text.delta' ? mark : REASONING - mark;
    return { seq, type, span: [from, ends[type]] };
  });
}

function survivingDeltas(layout: EventLayout): ReadonlySet<number> {
  const surviving = new Set<number>();
  let open: number[] = [];
  for (const [index, mark] of layout.entries()) {
    if (isDelta(typeOf(mark))) open.push(index);
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

function isDelta(type: LaidOutEvent['type']): type is DeltaType {
  return type === 'text.delta' || type === 'reasoning.delta';
}

function typeOf(mark: number): LaidOutEvent['type'] {
  if (mark > 0) return 'text.delta';
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
    case TOOL_CALL:
      return 'tool_call.delta';
    case SIDES_VOIDED:
      return 'sides.voided';
    default:
      return 'turn.ended';
  }
}

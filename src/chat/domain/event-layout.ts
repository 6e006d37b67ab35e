import type { TurnEventBody } from './turn-event.js';

/**
 * The shape of a turn's events, one number each in the order of their `seq`: a delta is its length in
 * UTF-16 code units, anything else one of the marks below. With the stored answer it gives the events
 * back, with the same numbers, long after the log is gone; deltas that were voided have only their
 * length, and nobody needs more of them.
 */
export type EventLayout = readonly number[];

const STARTED = 0;
const SOURCES = -1;
const COMMITTED = -2;
const VOIDED = -3;
const ENDED = -4;

/** The number that stands for an event in an outline. */
export function layoutOf(event: TurnEventBody): number {
  switch (event.type) {
    case 'turn.started':
      return STARTED;
    case 'sources.retrieved':
      return SOURCES;
    case 'text.delta':
      return event.text.length;
    case 'text.committed':
      return COMMITTED;
    case 'text.voided':
      return VOIDED;
    case 'turn.completed':
    case 'turn.failed':
    case 'turn.cancelled':
      return ENDED;
  }
}

/** An event's place in the outline: its `seq`, and for a delta where it stands in the answer. */
export interface LaidOutEvent {
  readonly seq: number;
  readonly type:
    'turn.started' | 'sources.retrieved' | 'text.delta' | 'text.committed' | 'text.voided' | 'turn.ended';
  /** Of a delta that was not voided: from and to in the answer. */
  readonly span?: readonly [number, number];
}

/** The events that an outline stands for. Voided deltas have no span. */
export function readLayout(outline: EventLayout): LaidOutEvent[] {
  const surviving = survivingDeltas(outline);
  let offset = 0;
  return outline.map((mark, index): LaidOutEvent => {
    const seq = index + 1;
    if (mark <= 0) return { seq, type: typeOf(mark) };
    if (!surviving.has(index)) return { seq, type: 'text.delta' };
    const from = offset;
    offset += mark;
    return { seq, type: 'text.delta', span: [from, offset] };
  });
}

function survivingDeltas(outline: EventLayout): ReadonlySet<number> {
  const surviving = new Set<number>();
  let open: number[] = [];
  for (const [index, mark] of outline.entries()) {
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
    default:
      return 'turn.ended';
  }
}

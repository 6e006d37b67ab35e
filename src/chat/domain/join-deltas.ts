import { MAX_DELTA_UNITS } from './split-delta.js';
import type { TurnEvent } from './turn-event.js';

type CallEvent = Extract<TurnEvent, { type: 'tool_call.delta' }>;

/**
 * The same events with deltas that follow each other joined, each under the number of its last part. For
 * readers that catch up: thousands of small frames at once would look like a reader that does not read.
 */
export function joinDeltas(events: readonly TurnEvent[]): TurnEvent[] {
  const joined: TurnEvent[] = [];
  for (const event of events) {
    const both = joinTwo(joined.at(-1), event);
    if (both) joined[joined.length - 1] = both;
    else joined.push(event);
  }
  return joined;
}

/** Null: they are not one. */
function joinTwo(last: TurnEvent | undefined, event: TurnEvent): TurnEvent | null {
  if (event.type === 'tool_call.delta') return joinCall(last, event);
  if (event.type !== 'text.delta' && event.type !== 'reasoning.delta') return null;
  if (last?.type !== event.type) return null;
  const text = last.text + event.text;
  return text.length <= MAX_DELTA_UNITS ? { ...event, text } : null;
}

/** The begin of a call stays alone, as every wire shows it. */
function joinCall(last: TurnEvent | undefined, event: CallEvent): TurnEvent | null {
  if (last?.type !== 'tool_call.delta' || last.index !== event.index) return null;
  if (last.arguments === '' || event.arguments === '') return null;
  const json = last.arguments + event.arguments;
  return json.length <= MAX_DELTA_UNITS ? { ...event, arguments: json } : null;
}

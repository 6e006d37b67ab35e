import { MAX_DELTA_UNITS } from './split-delta.js';
import type { TurnEvent } from './turn-event.js';

/**
 * The same events with deltas that follow each other joined, each under the number of its last part. For
 * readers that catch up: thousands of small frames at once would look like a reader that does not read.
 */
export function joinDeltas(events: readonly TurnEvent[]): TurnEvent[] {
  const joined: TurnEvent[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    const isJoined =
      (event.type === 'text.delta' || event.type === 'reasoning.delta') &&
      last?.type === event.type &&
      last.text.length + event.text.length <= MAX_DELTA_UNITS;
    if (isJoined) joined[joined.length - 1] = { ...event, text: last.text + event.text };
    else joined.push(event);
  }
  return joined;
}

import { StringDecoder } from 'node:string_decoder';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { MAX_ANSWER_BYTES } from './answer-text.js';

/** Larger events would only fill the memory: gateways that do not stream send an answer as one event. */
export const MAX_EVENT_CHARS = MAX_ANSWER_BYTES;

/** `event` is the name of the event; absent: it has none. */
export type SseEvent = Pick<EventSourceMessage, 'event' | 'data'>;

/**
 * Reads `text/event-stream` (WHATWG HTML, 9.2.6) from bytes that may be cut anywhere: the events are the same for
 * every cut. Comments, ids and unknown fields are dropped, and so is an event that the end of the stream cuts off.
 */
export class SseReader {
  /** Whether an event, or a line of one, was larger than {@link MAX_EVENT_CHARS}. Nothing is read after it. */
  isOverfull = false;
  private events: SseEvent[] = [];
  private readonly decoder = new StringDecoder('utf8');
  private readonly parser = createParser({
    maxBufferSize: MAX_EVENT_CHARS,
    onEvent: (event) => {
      if (event.data.length > MAX_EVENT_CHARS) this.isOverfull = true;
      else this.events.push(event);
    },
    // Also for a `retry` that is no number, which does no harm.
    onError: ({ type }) => (this.isOverfull ||= type === 'max-buffer-size-exceeded'),
  });

  /** The events that `bytes` complete. */
  read(bytes: Buffer): readonly SseEvent[] {
    if (this.isOverfull) return [];
    this.parser.feed(this.decoder.write(bytes));
    const { events } = this;
    if (events.length > 0) this.events = [];
    return events;
  }
}

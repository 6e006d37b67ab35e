import { StringDecoder } from 'node:string_decoder';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { MAX_ANSWER_BYTES } from './answer-text.js';

/** Larger events would only fill the memory: gateways that do not stream send an answer as one event. */
export const MAX_EVENT_CHARS = MAX_ANSWER_BYTES;

const BYTE_ORDER_MARK = '\uFEFF';

const ERROR = 'error';
const ERROR_FIELD = 'error:';
const OPENING_BRACE = '{';
/** The data that ends a stream in this protocol, in place of a frame. */
export const END_OF_STREAM = '[DONE]';
/** The name of an event that is a line without a field: gateways write errors, chunks and the end so. */
export const BARE_LINE = 'bare line';
/** A line that begins so is read when it is complete: a longer one would only fill the memory. */
const MAX_ERROR_CHARS = 65_536;

/** `event` is the name of the event; absent: it has none. */
export type SseEvent = Pick<EventSourceMessage, 'event' | 'data'>;

/**
 * Reads `text/event-stream` (WHATWG HTML, 9.2.6) from bytes that may be cut anywhere: the events are the same for
 * every cut. Comments, ids and unknown fields are dropped, and so is an event that the end of the stream cuts off. A line
 * of the field `error`, which some servers send in place of data, is an event of that name; a line that begins with a brace,
 * or is {@link END_OF_STREAM}, is one of the name {@link BARE_LINE}.
 */
export class SseReader {
  /** Whether an event, or a line of one, was larger than {@link MAX_EVENT_CHARS}. Nothing is read after it. */
  isOverfull = false;
  private events: SseEvent[] = [];
  /** Whether there was an event. */
  hasEvents = false;
  /** A part of a line that may be of the field `error`, or bare. */
  private held = '';
  /** Whether what comes next begins a line. */
  private isLineStart = true;
  private isStart = true;
  private readonly decoder = new StringDecoder('utf8');
  private readonly parser = createParser({
    maxBufferSize: MAX_EVENT_CHARS,
    onEvent: (event) => {
      if (event.data.length > MAX_EVENT_CHARS) this.isOverfull = true;
      else this.events.push(event);
    },
    // Also for a `retry` that is no number, and for other unknown fields, which do no harm.
    onError: ({ type, field, value = '', line = '' }) => {
      this.isOverfull ||= type === 'max-buffer-size-exceeded';
      if (type !== 'unknown-field') return;
      if (field === ERROR) this.takeLine(ERROR, value);
      else if (isBare(line)) this.takeLine(BARE_LINE, line);
    },
  });

  /** The events that `bytes` complete. */
  read(bytes: Buffer): readonly SseEvent[] {
    if (this.isOverfull) return [];
    const text = this.held + this.decoder.write(bytes);
    if (this.held === '' && text.endsWith('\n')) {
      this.isLineStart = true;
      this.parser.feed(text);
    } else this.parser.feed(this.completed(text));
    const { events } = this;
    if (events.length > 0) {
      this.events = [];
      this.hasEvents = true;
    }
    return events;
  }

  private takeLine(event: string, data: string): void {
    if (data.length > MAX_ERROR_CHARS) this.isOverfull = true;
    else this.events.push({ event, data });
  }

  /** What may be parsed of a text without a line end: the parser drops a line of an unknown field of which it gets a part. */
  private completed(text: string): string {
    const end = text.endsWith('\n') ? text.length : this.startOfOwnLine(text);
    this.held = text.slice(end);
    // The name of the field and a blank are no part of the value.
    if (this.held.length > MAX_ERROR_CHARS + ERROR_FIELD.length + 1) this.isOverfull = true;
    if (end === 0) return '';
    const isMark = this.isStart && end === 1 && text.startsWith(BYTE_ORDER_MARK);
    this.isLineStart = isMark || this.held !== '' || text.endsWith('\n') || text.endsWith('\r');
    this.isStart = false;
    return end === text.length ? text : text.slice(0, end);
  }

  /** Where a part of a line at the end begins that may be of the field `error`, or bare; else the end. */
  private startOfOwnLine(text: string): number {
    let at = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
    if (at === 0 && !this.isLineStart) return text.length;
    if (at === 0 && this.isStart && text.startsWith(BYTE_ORDER_MARK)) at = 1;
    const line = text.slice(at, at + ERROR_FIELD.length);
    const isHeld =
      line !== '' && (ERROR_FIELD.startsWith(line) || END_OF_STREAM.startsWith(line) || isBare(line));
    return isHeld ? at : text.length;
  }
}

function isBare(line: string): boolean {
  return line.startsWith(OPENING_BRACE) || line.startsWith(END_OF_STREAM);
}

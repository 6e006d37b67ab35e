import { MAX_ANSWER_BYTES } from './answer-text.js';

const LF = 0x0a;
const CR = 0x0d;
const BOM = 0xfeff;

/** Above this an event would only fill the memory: gateways that do not stream send an answer as one. */
export const MAX_EVENT_BYTES = MAX_ANSWER_BYTES;

/** An event, or a line of one, is larger than the reader takes. The reader cannot be used any more. */
export class SseEventTooLargeError extends Error {
  constructor() {
    super(`a server-sent event is larger than ${MAX_EVENT_BYTES} bytes`);
    this.name = 'SseEventTooLargeError';
  }
}

/** `name` is the `event:` field, `''` where there is none. */
export type SseEventListener = (data: string, name: string) => void;

/**
 * Reads `text/event-stream` (WHATWG HTML, 9.2.6) from bytes that may be cut anywhere: the events are the
 * same for every cut. Lines end with LF, CR or CRLF; comments, ids and unknown fields are dropped, and so
 * is an event that the end of the stream cuts off.
 *
 * Made for many small events: the bytes up to the last line end are decoded at once (a line end is never
 * inside a character), and an event that is one `data:` line costs two searches and one slice.
 */
export class SseReader {
  /** The bytes of a line that has not ended yet, as they came. */
  private readonly rest: Buffer[] = [];
  private restBytes = 0;
  private isFirstLine = true;
  /** The last byte was a CR: an LF that comes now belongs to the same line end. */
  private isAfterCr = false;
  private data: string | undefined;
  private name = '';

  constructor(private readonly onEvent: SseEventListener) {}

  /** @throws SseEventTooLargeError at an event above {@link MAX_EVENT_BYTES} */
  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    const bytes = this.isAfterCr && chunk[0] === LF ? chunk.subarray(1) : chunk;
    this.isAfterCr = false;
    const end = Math.max(bytes.lastIndexOf(LF), bytes.lastIndexOf(CR)) + 1;
    if (end > 0) {
      this.isAfterCr = end === bytes.length && bytes[end - 1] === CR;
      this.readLines(this.decodeUpTo(bytes, end));
    }
    if (end < bytes.length) this.keep(end === 0 ? bytes : bytes.subarray(end));
  }

  private keep(bytes: Buffer): void {
    this.restBytes += bytes.length;
    if (this.restBytes > MAX_EVENT_BYTES) throw new SseEventTooLargeError();
    this.rest.push(bytes);
  }

  private decodeUpTo(bytes: Buffer, end: number): string {
    let text: string;
    if (this.rest.length === 0) text = bytes.toString('utf8', 0, end);
    else {
      // Joined once a line and not once a chunk: a line that comes byte by byte stays linear.
      text = Buffer.concat([...this.rest, bytes.subarray(0, end)]).toString('utf8');
      this.rest.length = 0;
      this.restBytes = 0;
    }
    if (this.isFirstLine) {
      this.isFirstLine = false;
      if (text.charCodeAt(0) === BOM) text = text.slice(1);
    }
    return text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
  }

  /** `text` ends with a line end, and every line end in it is an LF. */
  private readLines(text: string): void {
    for (let start = 0; start < text.length;) {
      const end = text.indexOf('\n', start);
      if (this.data === undefined && this.name === '' && isLoneDataLine(text, start, end)) {
        this.dispatch(text.slice(dataStart(text, start), end), '');
        start = end + 2;
      } else {
        if (end === start) this.endEvent();
        else this.readField(text.slice(start, end));
        start = end + 1;
      }
    }
  }

  private readField(line: string): void {
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line.charAt(colon + 1) === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') this.name = value;
    if (field !== 'data') return;
    this.data = this.data === undefined ? value : `${this.data}\n${value}`;
    // Here too, not only when it is dispatched: an event without an end must not grow for ever.
    if (this.data.length > MAX_EVENT_BYTES) throw new SseEventTooLargeError();
  }

  private endEvent(): void {
    const { data, name } = this;
    this.data = undefined;
    this.name = '';
    if (data !== undefined) this.dispatch(data, name);
  }

  private dispatch(data: string, name: string): void {
    if (data.length > MAX_EVENT_BYTES) throw new SseEventTooLargeError();
    this.onEvent(data, name);
  }
}

/** Whether the line is a `data:` line that an empty line follows: a whole event. */
function isLoneDataLine(text: string, start: number, end: number): boolean {
  return text.charCodeAt(end + 1) === LF && text.startsWith('data:', start);
}

function dataStart(text: string, lineStart: number): number {
  return text.charCodeAt(lineStart + 5) === 0x20 ? lineStart + 6 : lineStart + 5;
}

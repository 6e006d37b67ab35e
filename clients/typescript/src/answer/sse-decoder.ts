/** One event of a stream. */
export interface ServerSentEvent {
  readonly data: string;
  /** The last `id:` that came, up to this event; '': none has come. */
  readonly lastEventId: string;
}

const LINE_END = /\r\n|\r|\n/;

/**
 * Decodes `text/event-stream` (WHATWG HTML, 9.2.6) from bytes that may be cut anywhere: inside a character, between
 * CR and LF, in the middle of a line. An event counts when its blank line has come, and not before: the id of one
 * that was cut would make a resumed stream leave it out.
 */
export class SseDecoder {
  /** It takes away a byte order mark, and keeps the first bytes of a character until the others come. */
  private readonly utf8 = new TextDecoder();
  /** A line without its end. */
  private line = '';
  /** Whether a line feed at the beginning of what comes next ends nothing: it belongs to the CR before it. */
  private wasCarriageReturn = false;
  private data: string[] = [];
  private lastEventId = '';

  /** The events that `bytes` complete, in order. */
  push(bytes: Uint8Array): ServerSentEvent[] {
    const text = this.withoutSecondHalf(this.utf8.decode(bytes, { stream: true }));
    const lines = (this.line + text).split(LINE_END);
    this.line = lines.pop() ?? '';
    return lines.flatMap((line) => this.take(line) ?? []);
  }

  private withoutSecondHalf(text: string): string {
    if (text === '') return '';
    const isHalf = this.wasCarriageReturn && text.startsWith('\n');
    this.wasCarriageReturn = text.endsWith('\r');
    return isHalf ? text.slice(1) : text;
  }

  private take(line: string): ServerSentEvent | undefined {
    if (line === '') return this.complete();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.data.push(value);
    if (field === 'id' && !value.includes('\0')) this.lastEventId = value;
    // Comments have an empty field; `event` and `retry` say nothing that a reader of answers needs.
    return undefined;
  }

  private complete(): ServerSentEvent | undefined {
    if (this.data.length === 0) return undefined;
    const data = this.data.join('\n');
    this.data = [];
    return { data, lastEventId: this.lastEventId };
  }
}

import { BOUNDARY, type Boundary } from './boundary-scanner.js';

interface Mark {
  /** In the held text. */
  readonly offset: number;
  /** Of the piece up to there. */
  readonly bytes: number;
  readonly boundary: Boundary;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * The end of a piece whose size is limited: text that may still have to go to the next piece. It is let go
 * as soon as it cannot: while the piece is less than half full, and up to the end of each sentence after.
 */
export class HeldText {
  /** What is held back, and before it what can go. */
  private text = '';
  private free = 0;
  private bytes = 0;
  private marks: Mark[] = [];

  /** @param maxBytes of a piece, in UTF-8 */
  constructor(private readonly maxBytes: number) {}

  /** Whether the piece would be too large with this character. */
  isFullFor(char: string): boolean {
    return this.bytes > 0 && this.bytes + utf8Length(char) > this.maxBytes;
  }

  add(char: string, boundary: Boundary): void {
    const offset = this.text.length;
    if (this.bytes <= this.maxBytes / 2 || boundary >= BOUNDARY.sentence) {
      this.free = offset;
      this.marks = [];
    }
    if (boundary > BOUNDARY.none && this.bytes > 0) this.marks.push({ offset, bytes: this.bytes, boundary });
    this.text += char;
    this.bytes += utf8Length(char);
  }

  /** What can go by now. */
  release(): string {
    const released = this.text.slice(0, this.free);
    this.text = this.text.slice(this.free);
    this.marks = this.marks.map((mark) => ({ ...mark, offset: mark.offset - this.free }));
    this.free = 0;
    return released;
  }

  /**
   * Ends the piece at the best place that is left in it; what stands behind begins the next one.
   * @param next the character that does not fit any more: a grapheme may go on with it
   */
  cutBest(next: string): string {
    const best = this.marks.reduce<Mark | null>((found, mark) => {
      return !found || mark.boundary >= found.boundary ? mark : found;
    }, null);
    const offset = best?.offset ?? this.lastGrapheme(next);
    const head = this.text.slice(0, offset);
    this.text = this.text.slice(offset);
    this.free = 0;
    this.bytes = utf8Length(this.text);
    this.marks = [];
    return head;
  }

  /** Ends the piece here. */
  cutHere(): string {
    const { text } = this;
    this.clear();
    return text;
  }

  clear(): void {
    this.text = '';
    this.free = this.bytes = 0;
    this.marks = [];
  }

  /** Where the grapheme begins that does not fit; the end, when it is the only one. */
  private lastGrapheme(next: string): number {
    let last = this.text.length;
    for (const { index } of graphemes.segment(this.text + next)) last = index;
    return last === 0 ? this.text.length : last;
  }
}

/** Bytes in UTF-8; each half of a surrogate pair counts for two of the pair's four. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}

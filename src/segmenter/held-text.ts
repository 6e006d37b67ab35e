import { WORD_MARKS } from './characters.js';
import { GRAPHEME_CONTEXT } from './graphemes.js';

export type SegmenterOutput = { readonly type: 'text'; readonly text: string } | { readonly type: 'cut' };

/** Letters and digits of the common scripts, but for `h` and `w`, at which a bare URL may begin. */
const PLAIN_LETTER =
  'a-gi-vx-zA-GI-VX-Z\\d\\u00c0-\\u024f\\u0370-\\u0481\\u048a-\\u052f\\u3041-\\u3096\\u30a1-\\u30fa\\u4e00-\\u9fff\\uac00-\\ud7a3';

/** A letter of plain text: an `h` or `w` is one within a word, and where the next letter rules a URL out. */
const LETTER = `[${PLAIN_LETTER}]|[hH](?=[a-su-zA-SU-Z])|[wW](?=[a-vx-zA-VX-Z])|(?<=[a-zA-Z])[hwHW]`;

const BEFORE_WORD = `(?=[${PLAIN_LETTER}]|[hH][a-su-zA-SU-Z]|[wW][a-vx-zA-VX-Z])`;

/** Words, and spaces between them: no place in them is better than a word's end. */
const WORDS = new RegExp(`(?:${LETTER}| +${BEFORE_WORD})+`, 'y');

/** The same with marks between words that end no sentence: no place in them is better than a clause's end. */
const CLAUSES = new RegExp(`(?:${LETTER}|[${WORD_MARKS} ]+${BEFORE_WORD})+`, 'y');

/** With a budget, characters of new text that may begin a line, or a block that must not be cut. */
export const MAY_OPEN = /[\n[<`$]|!(?:\[|$)|(?<![a-z])(?:h(?:$|t(?:$|t))|w(?:$|w))/i;

/** Text that comes at once may be long: looking through all of it for each run would take quadratic time. */
const LONGEST_RUN = 256;

const isFirstHalf = (code: number) => (code & 0xfc00) === 0xd800;

/**
 * The text that has come and may be needed again: what was not passed on yet, and what was passed on and not read yet.
 * Positions count UTF-16 units since the first.
 */
export class HeldText {
  private text = '';
  /** The text that came last: mostly all that is passed on, for which the rest need not be put together. */
  private last = '';
  private start = 0;
  private outputs: SegmenterOutput[] = [];
  /** Up to here the text is with the reader. */
  passedTo = 0;

  get end(): number {
    return this.start + this.text.length;
  }

  /** The end, without the first half of a code point. */
  get wholeEnd(): number {
    return isFirstHalf(this.last.charCodeAt(this.last.length - 1)) ? this.end - 1 : this.end;
  }

  add(text: string): void {
    this.text += text;
    this.last = text;
  }

  /** The code point at `position`; '' when it has not come yet, or only its first half unless `isEnd`. */
  characterAt(position: number, isEnd: boolean): string {
    const index = position - this.start;
    const code = this.text.charCodeAt(index);
    if (!isFirstHalf(code)) return this.text.charAt(index);
    const isPair = (this.text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
    if (isPair) return this.text.slice(index, index + 2);
    return index + 1 < this.text.length || isEnd ? this.text.charAt(index) : '';
  }

  /** Words from `position` on: at most `limit` units or {@link LONGEST_RUN}, up to a letter. `position`: above the first. */
  wordsAt(position: number, limit: number): string {
    return this.runAt(position, limit, WORDS);
  }

  /** As {@link wordsAt}, with the marks within a sentence. */
  clausesAt(position: number, limit: number): string {
    return this.runAt(position, limit, CLAUSES);
  }

  /**
   * The rest of the line from `position` on, without its end: at most `limit` units, '' when it is longer or its end has not come yet.
   * Without a limit, what there is of it, up to {@link LONGEST_RUN} units.
   */
  lineAt(position: number, limit: number): string {
    const index = position - this.start;
    const ahead = this.text.slice(index, index + Math.min(limit, LONGEST_RUN) + 1);
    const end = ahead.indexOf('\n');
    if (end >= 0) return ahead.slice(0, end);
    if (limit !== Infinity) return '';
    const line = ahead.slice(0, LONGEST_RUN);
    return isFirstHalf(line.charCodeAt(line.length - 1)) ? line.slice(0, -1) : line;
  }

  /** The up to {@link GRAPHEME_CONTEXT} units before `position`. */
  before(position: number): string {
    const index = position - this.start;
    return this.text.slice(Math.max(0, index - GRAPHEME_CONTEXT), index);
  }

  /** The text before `position` ends a piece. */
  cut(position: number): void {
    this.pass(position);
    this.outputs.push({ type: 'cut' });
  }

  /** What is ready, and with it the text before `position`. What lies before `readTo`, too, is not needed again. */
  take(position: number, readTo: number): SegmenterOutput[] {
    this.pass(position);
    const drop = Math.min(this.passedTo, readTo) - GRAPHEME_CONTEXT - this.start;
    if (drop > 0) {
      this.text = this.text.slice(drop);
      this.start += drop;
    }
    const { outputs } = this;
    this.outputs = [];
    return outputs;
  }

  /** Drops all held text; the next text is at `position`. */
  clear(position: number): void {
    this.text = this.last = '';
    this.start = this.passedTo = position;
  }

  private pass(position: number): void {
    const isLast = position === this.end && this.passedTo === position - this.last.length;
    const text = isLast ? this.last : this.text.slice(this.passedTo - this.start, position - this.start);
    if (text === '') return;
    this.outputs.push({ type: 'text', text });
    this.passedTo = position;
  }

  private runAt(position: number, limit: number, pattern: RegExp): string {
    const index = position - this.start;
    // With the character before, which decides whether a word goes on.
    pattern.lastIndex = 1;
    return pattern.exec(this.text.slice(index - 1, index + Math.min(limit, LONGEST_RUN)))?.[0] ?? '';
  }
}

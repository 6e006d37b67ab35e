import { GRAPHEME_CONTEXT } from './graphemes.js';

export type SegmenterOutput = { readonly type: 'text'; readonly text: string } | { readonly type: 'cut' };

/**
 * Word characters of the common scripts, and spaces between them: no place in them is better than a word's end.
 * Without `h` and `w` where a bare URL may begin.
 */
const PLAIN =
  /(?:[a-gi-vx-zA-GI-VX-Z\d\u00c0-\u024f\u0370-\u0481\u048a-\u052f\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]|(?<=[a-zA-Z])[hwHW]| +(?=[a-gi-vx-zA-GI-VX-Z\d\u00c0-\u024f\u0370-\u0481\u048a-\u052f\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]))+/y;

/**
 * The text that has come and may be needed again: what was not passed on yet, and what was passed on and not read yet.
 * Positions count UTF-16 units since the first.
 */
export class HeldText {
  private text = '';
  private start = 0;
  private outputs: SegmenterOutput[] = [];
  /** Up to here the text is with the reader. */
  passedTo = 0;

  get end(): number {
    return this.start + this.text.length;
  }

  /** The end, without the first half of a code point. */
  get wholeEnd(): number {
    return (this.text.charCodeAt(this.text.length - 1) & 0xfc00) === 0xd800 ? this.end - 1 : this.end;
  }

  add(text: string): void {
    this.text += text;
  }

  /** The code point at `position`; '' when it has not come yet, or only its first half unless `isEnd`. */
  characterAt(position: number, isEnd: boolean): string {
    const index = position - this.start;
    const code = this.text.charCodeAt(index);
    if ((code & 0xfc00) !== 0xd800) return this.text.charAt(index);
    const isPair = (this.text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
    if (isPair) return this.text.slice(index, index + 2);
    return index + 1 < this.text.length || isEnd ? this.text.charAt(index) : '';
  }

  /** Plain text from `position` on, at most `limit` units; it ends with a word character. */
  plainAt(position: number, limit: number): string {
    PLAIN.lastIndex = position - this.start;
    const run = PLAIN.exec(this.text)?.[0] ?? '';
    return run.length > limit ? run.slice(0, limit).trimEnd() : run;
  }

  textAt(position: number, length: number): string {
    return this.text.slice(position - this.start, position - this.start + length);
  }

  /** How many units are left of the line from `position` on; -1: its end has not come yet. */
  lineRestAt(position: number): number {
    const end = this.text.indexOf('\n', position - this.start);
    return end < 0 ? -1 : end + this.start - position;
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

  /** Drops all that is held; the next text that comes stands at `position`. */
  clear(position: number): void {
    this.text = '';
    this.start = this.passedTo = position;
  }

  private pass(position: number): void {
    const text = this.text.slice(this.passedTo - this.start, position - this.start);
    if (text === '') return;
    this.outputs.push({ type: 'text', text });
    this.passedTo = position;
  }
}

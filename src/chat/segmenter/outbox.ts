import { GRAPHEME_CONTEXT } from './graphemes.js';

export type SegmenterOutput = { readonly type: 'text'; readonly text: string } | { readonly type: 'cut' };

/** The text that has come and not been passed on yet. Positions count UTF-16 units since the first. */
export class Outbox {
  private text = '';
  private start = 0;
  /** The last units that were passed on. */
  private passed = '';
  private outputs: SegmenterOutput[] = [];

  get end(): number {
    return this.start + this.text.length;
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

  /** The up to `count` units before `position`, at most {@link GRAPHEME_CONTEXT}. */
  before(position: number, count: number): string {
    const index = position - this.start;
    if (index >= count) return this.text.slice(index - count, index);
    return (this.passed + this.text.slice(0, index)).slice(-count);
  }

  /** The text before `position` ends a piece. */
  cut(position: number): void {
    this.pass(position);
    this.outputs.push({ type: 'cut' });
  }

  /** What is ready, and with it the text before `position`. */
  take(position: number): SegmenterOutput[] {
    this.pass(position);
    const { outputs } = this;
    this.outputs = [];
    return outputs;
  }

  /** Drops all that is held; the next text that comes stands at `position`. */
  clear(position: number): void {
    this.text = this.passed = '';
    this.start = position;
  }

  private pass(position: number): void {
    const text = this.text.slice(0, position - this.start);
    if (text === '') return;
    this.outputs.push({ type: 'text', text });
    this.passed = (this.passed + text).slice(-GRAPHEME_CONTEXT);
    this.text = this.text.slice(text.length);
    this.start = position;
  }
}

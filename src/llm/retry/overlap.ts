/** A shorter repetition is left alone: it may well be meant. */
export const MIN_OVERLAP_CHARS = 16;

/** How far back a repetition may begin, beside the very start of the kept text. Bounds the work for a delta. */
const MAX_OVERLAP_CHARS = 4_000;

/** White space before a repetition, in UTF-16 units: behind more of it none is looked for. */
const MAX_BLANK_CHARS = 100;

/**
 * Takes from the start of a continuation what repeats, character for character, the end of the text that it
 * continues: the longest such repetition, or else the longest behind white space, with that. Text is held back only while it
 * may still turn out to be one, and the result does not depend on how the continuation is cut into pieces.
 */
export class OverlapRemover {
  private readonly atStart: Repetition;
  /** Present once white space has ended at the start. */
  private behindBlank: Repetition | undefined;
  /** What came, until it is known what of it is new. */
  private held = '';
  private isOver: boolean;

  /** @param kept the text that is continued */
  constructor(private readonly kept: string) {
    this.atStart = new Repetition(kept);
    this.isOver = !this.atStart.mayGoOn;
  }

  /** Whether everything that follows passes unchanged. */
  get isDone(): boolean {
    return this.isOver;
  }

  /** The new text that `piece` completes; may be empty. */
  push(piece: string): string {
    if (this.isOver) return piece;
    this.held += piece;
    this.atStart.read(this.held);
    const mayBeBehind = this.readBehindBlank();
    const isOpen = this.atStart.mayGoOn || (this.atStart.chars === 0 && mayBeBehind);
    return isOpen ? '' : this.end();
  }

  /** What was held back and is new, when no more follows. */
  end(): string {
    const { held, atStart, behindBlank } = this;
    this.isOver = true;
    this.held = '';
    if (atStart.chars > 0 || !behindBlank?.chars) return held.slice(atStart.chars);
    return held.trimStart().slice(behindBlank.chars);
  }

  /** @returns whether a repetition behind white space may begin, or go on */
  private readBehindBlank(): boolean {
    const rest = this.held.trimStart();
    const blankChars = this.held.length - rest.length;
    if (blankChars === 0 || blankChars > MAX_BLANK_CHARS) return this.held === '';
    if (rest === '') return true;
    this.behindBlank ??= new Repetition(this.kept);
    this.behindBlank.read(rest);
    return this.behindBlank.mayGoOn;
  }
}

/** A text that may repeat the end of `kept`. */
class Repetition {
  /** The length of the longest complete repetition; 0: there is none. */
  chars = 0;
  /** Where in the kept text a repetition may have begun that agrees with all that came. */
  private starts: number[];
  private readChars = 0;

  constructor(private readonly kept: string) {
    const last = kept.length - MIN_OVERLAP_CHARS;
    const first = Math.max(0, kept.length - MAX_OVERLAP_CHARS);
    this.starts = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
    // A model that begins again repeats all of it, however long that is.
    if (first > 0) this.starts.unshift(0);
  }

  get mayGoOn(): boolean {
    return this.starts.length > 0;
  }

  /** @param text all of it so far */
  read(text: string): void {
    this.starts = this.starts.filter((start) => this.agrees(start, text));
    this.readChars = text.length;
  }

  /** Whether a repetition from `start` on may go on after `text`; notes a complete one. */
  private agrees(start: number, text: string): boolean {
    const length = this.kept.length - start;
    const piece = text.slice(this.readChars, length);
    if (!this.kept.startsWith(piece, start + this.readChars)) return false;
    if (text.length < length) return true;
    this.chars = Math.max(this.chars, length);
    return false;
  }
}

/** A shorter repetition is left alone: it may well be meant. */
export const MIN_OVERLAP_CHARS = 16;

/** How far back a repetition may begin, beside the very start of the kept text. Bounds the work for a delta. */
const MAX_OVERLAP_CHARS = 4_000;

/**
 * Takes from the start of a continuation what repeats, character for character, the end of the text that it
 * continues: the longest such repetition. Text is held back only while it may still turn out to be one, and
 * the result does not depend on how the continuation is cut into pieces.
 */
export class OverlapRemover {
  /** Where in the kept text a repetition may have begun that agrees with all that came. */
  private starts: number[];
  /** What came, until it is known what of it is new. */
  private held = '';
  private overlapChars = 0;

  /** @param kept the text that is continued */
  constructor(private readonly kept: string) {
    const last = kept.length - MIN_OVERLAP_CHARS;
    const first = Math.max(0, kept.length - MAX_OVERLAP_CHARS);
    this.starts = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
    // A model that begins again repeats all of it, however long that is.
    if (first > 0) this.starts.unshift(0);
  }

  /** Whether everything that follows passes unchanged. */
  get isDone(): boolean {
    return this.starts.length === 0 && this.held === '';
  }

  /** The new text that `piece` completes; may be empty. */
  push(piece: string): string {
    if (this.starts.length === 0) return piece;
    const at = this.held.length;
    this.held += piece;
    this.starts = this.starts.filter((start) => this.agrees(start, at));
    return this.starts.length === 0 ? this.end() : '';
  }

  /** What was held back and is new, when no more follows. */
  end(): string {
    const text = this.held.slice(this.overlapChars);
    this.starts = [];
    this.held = '';
    return text;
  }

  /** Whether a repetition from `start` on may go on after what is held; notes a complete one. */
  private agrees(start: number, at: number): boolean {
    const length = this.kept.length - start;
    const piece = this.held.slice(at, length);
    if (!this.kept.startsWith(piece, start + at)) return false;
    if (this.held.length < length) return true;
    this.overlapChars = Math.max(this.overlapChars, length);
    return false;
  }
}

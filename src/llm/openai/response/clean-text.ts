/**
 * Makes a model's text storable, once, so that the reader and the database get the same: PostgreSQL
 * refuses NUL, and would silently change half a surrogate pair. A pair that two deltas share is kept
 * whole: its first half waits for the second.
 */
export class TextCleaner {
  private half = '';

  /** The clean text that `piece` completes; may be empty. */
  push(piece: string): string {
    if (this.half === '' && piece.isWellFormed() && !piece.includes('\0')) return piece;
    const text = (this.half + piece).replaceAll('\0', '');
    const isCut = isHighSurrogate(text.charCodeAt(text.length - 1));
    this.half = isCut ? text.slice(-1) : '';
    return (isCut ? text.slice(0, -1) : text).toWellFormed();
  }

  /** What is left at the end: nothing, or U+FFFD for a half whose other half never came. */
  end(): string {
    const rest = this.half.toWellFormed();
    this.half = '';
    return rest;
  }
}

/** `text` cut to `length` UTF-16 units at most, never inside a surrogate pair. */
export function cutText(text: string, length: number): string {
  return text.slice(0, isHighSurrogate(text.charCodeAt(length - 1)) ? length - 1 : length);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

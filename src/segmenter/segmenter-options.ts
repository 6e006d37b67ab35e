export interface SegmenterOptions {
  /**
   * Smallest piece before a cut, in UTF-16 units, above 0. From here on the end of a paragraph or of a sentence
   * cuts, and from {@link LONG_PIECES} times as much on that of a line or of a clause. Without effect beside `maxBytes`.
   */
  readonly minChars: number;
  /** How long a piece may be open, in ms, before the end of a sentence cuts it whatever its size. Without effect beside `maxBytes`. */
  readonly afterMs: number;
  /**
   * Largest piece in UTF-8 bytes; absent: none. Only it says when to cut: between 60 % and 100 % of it at the best
   * place. Where it cannot be kept otherwise it wins over everything but graphemes.
   */
  readonly maxBytes?: number;
  /** After how many ms the first piece ends at the next end of a sentence, whatever its size; absent or 0: never. */
  readonly firstMs?: number;
}

/**
 * The model must be silent for so long (ms) before the end of what it said is taken for a place to cut:
 * an answer's last sentence is followed by its end within a moment, and a cut with nothing after it
 * would start an empty message.
 */
export const SETTLE_MS = 1000;

/** How many times `minChars` a piece may grow before it does without the end of a sentence. */
export const LONG_PIECES = 4;

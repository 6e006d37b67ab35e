import { RANK, type Rank } from './boundary.js';
import type { ScanState } from './boundary-scanner.js';

/** The last bytes of a piece in which the end of a sentence, a clause or a word is looked for: a long sentence's. */
const LOOKBACK_BYTES = 600;

/** Pieces this small look everywhere: no grapheme that is written anywhere is longer than the rest. */
const SMALL_BYTES = 256;

/** A place where the piece can be cut should the budget run out, with the text since then held back. */
export interface Candidate {
  readonly at: number;
  readonly bytes: number;
  readonly state: ScanState;
  readonly rank: Rank;
}

/**
 * Keeps the best place for a cut that the piece's budget may need. In most of the piece none is needed, and
 * nothing held back but what has to stay whole: a fence or table, a link, each from its start to its end,
 * a line of code. Near the end (the last 600 bytes, or half of a smaller budget; all of it up to 256 bytes)
 * all is held back that follows the best place so far.
 */
export class ByteBudget {
  best: Candidate | null = null;
  private readonly nearFrom: number;
  private readonly goodFrom: number;

  /** `maxBytes`: above 0. */
  constructor(readonly maxBytes: number) {
    this.goodFrom = maxBytes - Math.min(LOOKBACK_BYTES, Math.floor(maxBytes / 2));
    this.nearFrom = maxBytes <= SMALL_BYTES ? 0 : this.goodFrom;
  }

  /** Whether a piece of so many bytes is near its end. */
  isNear(bytes: number): boolean {
    return bytes >= this.nearFrom;
  }

  /** No place was found that is worth its name. */
  get isAtALoss(): boolean {
    return !this.best || this.best.rank === RANK.lastResort;
  }

  /** Whether a place is better than the best so far; of equal ones the later. One that would leave the piece small gives way to a word's end. */
  wants(rank: Rank, bytes: number): boolean {
    if (rank === RANK.none || bytes > this.maxBytes) return false;
    if (!this.best || rank >= this.best.rank) return true;
    return this.best.bytes < this.goodFrom && rank >= RANK.word;
  }
}

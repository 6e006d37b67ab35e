import { RANK, type Rank } from './boundary.js';
import type { ScanState } from './boundary-scanner.js';

/** From this part of the budget on the best place wins (the wire page, BREAK); a place before it leaves the piece small. */
const GOOD_FROM = 0.6;

/** Pieces this small look everywhere: no grapheme that is written anywhere is longer than the rest. */
const SMALL_BYTES = 256;

/** A place that text is held back for: what comes after it is not passed on, so that it can still be cut at. */
export interface Mark {
  /** In units since the first. */
  readonly at: number;
  /** Bytes of the piece before it, where there is a budget. */
  readonly bytes: number;
  readonly state: ScanState;
}

/** A place where the piece can be cut should the budget run out, with the text since then held back. */
export interface Candidate extends Mark {
  readonly rank: Rank;
}

/**
 * Keeps the best place for a cut that the piece's budget may need. In the first 60 % of the piece none is needed, and
 * nothing held back but what has to stay whole: a fence or table, a link, each from its start to its end,
 * a heading with the line below. After it (in all of a budget up to 256 bytes) all is held back that follows the best place so far.
 */
export class ByteBudget {
  best: Candidate | null = null;
  readonly nearFrom: number;
  private readonly goodFrom: number;
  /**
   * How many bytes may still be left unused for places that are better than a sentence's end: one budget in all.
   * So an answer has at most one piece more than it needs.
   */
  private spareBytes: number;

  /** `maxBytes`: above 0. */
  constructor(readonly maxBytes: number) {
    this.goodFrom = Math.ceil(maxBytes * GOOD_FROM);
    this.nearFrom = maxBytes <= SMALL_BYTES ? 0 : this.goodFrom;
    this.spareBytes = maxBytes;
  }

  /** Whether a piece of so many bytes is near its end. */
  isNear(bytes: number): boolean {
    return bytes >= this.nearFrom;
  }

  /** No place was found that is worth its name. */
  get isAtALoss(): boolean {
    return !this.best || this.best.rank === RANK.lastResort;
  }

  /** A place that no word's end can replace was found. */
  get hasGoodPlace(): boolean {
    return this.best !== null && this.best.rank >= RANK.clause && this.best.bytes >= this.goodFrom;
  }

  /** What a place is worth after so many bytes: no more than a sentence's end where it would leave more unused than may be. */
  rankAt(rank: Rank, bytes: number): Rank {
    const isTooSmall = bytes >= this.goodFrom && this.maxBytes - bytes > this.spareBytes;
    return rank > RANK.sentence && isTooSmall ? RANK.sentence : rank;
  }

  /** Whether a place is better than the best so far; of equal ones the later. One that would leave the piece small gives way to a word's end. */
  wants(rank: Rank, bytes: number): boolean {
    if (rank === RANK.none || bytes > this.maxBytes) return false;
    if (!this.best || rank >= this.best.rank) return true;
    return this.best.bytes < this.goodFrom && bytes >= this.goodFrom && rank >= RANK.word;
  }

  /** The piece was cut after so many bytes because the budget ran out. One that something whole left small does not count. */
  noteCut(bytes: number): void {
    if (bytes >= this.goodFrom) this.spareBytes -= this.maxBytes - bytes;
  }
}

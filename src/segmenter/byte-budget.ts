import { RANK, type Rank } from './boundary.js';
import type { ScanState } from './boundary-scanner.js';

/** From this part of the budget on the best place wins (the wire page, BREAK); a place before it leaves the piece small. */
const GOOD_FROM = 0.6;

/** In the piece after a short first one a heading or top-level item is worth it from here on: a rest of its section fills no more. */
const HEAD_GOOD_FROM = 0.4;

/** A UTF-16 unit is at most so many bytes of UTF-8. */
const MAX_UNIT_BYTES = 3;

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
  /** It leaves the piece large enough: only a better place can replace it. */
  readonly isGood: boolean;
}

/**
 * Keeps the best place for a cut that the piece's budget may need. In the first 60 % of the piece (40 % after a short first one) none is needed, and
 * nothing is held back but a block that must not be cut: a fence or table, a link, each from its start to its end,
 * a heading with the line below. After it (in all of a budget up to 256 bytes) all is held back that follows the best place so far.
 */
export class ByteBudget {
  best: Candidate | null = null;
  private readonly nearFrom: number;
  private readonly goodFrom: number;
  /** As `goodFrom`, for a heading or top-level item. */
  private headGoodFrom: number;
  /**
   * How many bytes may still be left unused for places that are better than a sentence's end: one budget in all.
   * So an answer has at most one piece more than it needs.
   */
  private spareBytes: number;

  /** `maxBytes`: above 0. */
  constructor(readonly maxBytes: number) {
    this.goodFrom = this.headGoodFrom = Math.ceil(maxBytes * GOOD_FROM);
    this.nearFrom = maxBytes <= SMALL_BYTES ? 0 : this.goodFrom;
    this.spareBytes = maxBytes;
  }

  /** Whether a piece of so many bytes is near its end, or may be with so many UTF-16 units more. */
  isNear(bytes: number, units = 0): boolean {
    return bytes + MAX_UNIT_BYTES * units >= this.nearFrom;
  }

  /** How many units more leave a piece of so many bytes before that, whatever they are. */
  unitsBeforeNear(bytes: number): number {
    return Math.max(0, Math.floor((this.nearFrom - bytes) / MAX_UNIT_BYTES));
  }

  /** No place was found that is worth its name. */
  get isAtALoss(): boolean {
    return !this.best || this.best.rank === RANK.lastResort;
  }

  /** A place that no word's end can replace was found. */
  get hasGoodPlace(): boolean {
    return this.best !== null && this.best.rank >= RANK.clause && this.best.isGood;
  }

  /** `isHead`: the place lies before a heading or a top-level item. */
  isGood(bytes: number, isHead: boolean): boolean {
    return bytes >= (isHead ? this.headGoodFrom : this.goodFrom);
  }

  /** What a place is worth after so many bytes: no more than a sentence's end where it would leave more unused than may be. */
  rankAt(rank: Rank, bytes: number): Rank {
    const isTooSmall = bytes >= this.goodFrom && this.maxBytes - bytes > this.spareBytes;
    return rank > RANK.sentence && isTooSmall ? RANK.sentence : rank;
  }

  /** Whether a place is better than the best so far; of equal ones the later. A place that would leave the piece small yields to a word's end. */
  wants({ rank, bytes, isGood }: Pick<Candidate, 'rank' | 'bytes' | 'isGood'>): boolean {
    if (rank === RANK.none || bytes > this.maxBytes) return false;
    if (!this.best) return true;
    if (this.best.isGood !== isGood) return isGood && rank >= Math.min(this.best.rank, RANK.word);
    return rank >= this.best.rank;
  }

  /** The next piece begins. `isAfterShort`: the one before was ended early. */
  beginPiece(isAfterShort: boolean): void {
    this.headGoodFrom = isAfterShort ? Math.ceil(this.maxBytes * HEAD_GOOD_FROM) : this.goodFrom;
  }

  /** The piece was cut after so many bytes because the budget ran out. A piece does not count that is small because of a block that must not be cut. */
  noteCut(bytes: number): void {
    if (bytes >= this.headGoodFrom) this.spareBytes -= this.maxBytes - bytes;
  }
}

import { endsSentence, RANK, type Rank } from './boundary.js';

/** How long (ms) it waits for the next item of the outer list: a message that begins between two inner ones begins in the middle. */
const ITEM_MS = 2000;

/**
 * When the first piece ends for `firstMs`, so that somebody who waits sees something. At its time it ends at the place
 * kept before a block that is still being said, else at the next end of a sentence. An answer that
 * begins with a fence or table waits for the end of that: half of one is of no use to a reader, and only the budget tears it.
 */
export class FirstPiece {
  /** From when on the end of a sentence may end it: ms, of the clock of `nowMs`. Infinity: time has no say. */
  dueAt: number;

  constructor(firstMs: number | undefined, nowMs: number) {
    this.dueAt = firstMs ? nowMs + firstMs : Infinity;
  }

  /** The first piece has ended. */
  end(): void {
    this.dueAt = Infinity;
  }

  /** Whether it ends at such a place. `isInList`: of the text before the place. */
  isDue(rank: Rank, isInList: boolean, nowMs: number): boolean {
    const waitMs = isInList && rank < RANK.item ? ITEM_MS : 0;
    return endsSentence(rank) && nowMs >= this.dueAt + waitMs;
  }
}

/**
 * When the first piece ends for `firstMs`, so that somebody who waits sees something. At its time it ends at the place
 * kept before a block that is still being said, else at the next end of a sentence. An answer that
 * begins with a fence or table waits for the end of that: half of one is of no use to a reader, and only the budget tears it.
 */
export class FirstPiece {
  isOpen = true;
  /** ms, of the clock of `nowMs`. */
  private readonly endsFrom: number;

  constructor(firstMs: number | undefined, nowMs: number) {
    this.endsFrom = firstMs ? nowMs + firstMs : Infinity;
  }

  /** From when on the end of a sentence ends it. Infinity: time has no say. */
  get dueAt(): number {
    return this.isOpen ? this.endsFrom : Infinity;
  }
}

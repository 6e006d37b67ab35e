import type { Release } from '../../common/client-shares.js';

/** Of the requests that a target has in flight, at most so many may be repetitions. */
const MAX_RETRY_SHARE = 0.2;
/** So many may be in any case: a service with little to do could not repeat anything else. */
const MIN_RETRIES = 3;

/** Gets a place for a repetition, or null: the target was taken out of service. */
type Waiter = (place: Release | null) => void;

/**
 * Limits how many repetitions wait for a target, or wait for its first token, at once: when it fails, what it
 * is asked must not become a multiple of what it could not bear already. Further repetitions wait in line.
 */
export class RetryBudget {
  private taken = 0;
  private isServing = false;
  /** In the order in which they came. */
  private readonly line = new Set<Waiter>();

  /** @param inFlight requests that the target has in flight at present */
  constructor(private readonly inFlight: () => number) {}

  /**
   * A place for one repetition; null when there is none, or others wait for it. What it returns gives the place back;
   * doing so twice does nothing.
   */
  take(): Release | null {
    return this.line.size === 0 && this.hasPlace ? this.book() : null;
  }

  /**
   * Calls back once: with a place, perhaps at once, or with null when {@link closeLine} is called.
   * @returns leaves the line; does nothing once it has called back
   */
  waitFor(give: Waiter): Release {
    this.line.add(give);
    this.serve();
    return () => void this.line.delete(give);
  }

  /** To be called when more requests are in flight: there may be a place for those that wait. */
  serve(): void {
    // A waiter that gives its place back at once would have the next served inside its call, and so on through the stack.
    if (this.isServing) return;
    this.isServing = true;
    try {
      for (const waiter of this.line) {
        if (!this.hasPlace) return;
        this.line.delete(waiter);
        waiter(this.book());
      }
    } finally {
      this.isServing = false;
    }
  }

  /** Sends all away that wait for a place: the target is out of service. */
  closeLine(): void {
    const waiting = [...this.line];
    this.line.clear();
    for (const waiter of waiting) waiter(null);
  }

  private get hasPlace(): boolean {
    return this.taken < Math.max(MIN_RETRIES, Math.floor(this.inFlight() * MAX_RETRY_SHARE));
  }

  private book(): Release {
    this.taken++;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.taken--;
      this.serve();
    };
  }
}

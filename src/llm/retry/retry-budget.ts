/** Of the requests that a target has in flight, at most so many may be repetitions. */
const MAX_RETRY_SHARE = 0.2;
/** So many may be in any case: a service with little to do could not repeat anything else. */
const MIN_RETRIES = 3;

/**
 * Limits how many repetitions wait for a target, or wait for its first token, at once: when it fails, what it
 * is asked must not become a multiple of what it could not bear already.
 */
export class RetryBudget {
  private taken = 0;

  /**
   * A place for one repetition, or null when there is none. What it returns gives the place back; doing so
   * twice does nothing.
   * @param inFlight requests that the target has in flight
   */
  take(inFlight: number): (() => void) | null {
    if (this.taken >= Math.max(MIN_RETRIES, Math.floor(inFlight * MAX_RETRY_SHARE))) return null;
    this.taken++;
    let isTaken = true;
    return () => {
      if (isTaken) this.taken--;
      isTaken = false;
    };
  }
}

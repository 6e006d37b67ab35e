/** Time and chance, so that a test can play both. */
export interface Timing {
  /** Monotonic milliseconds: those of `performance.now()`. */
  readonly now: () => number;
  /** At least 0, below 1. */
  readonly random: () => number;
  /** Calls back once, when `ms` milliseconds have passed. What it returns takes that back. */
  readonly after: (ms: number, callback: () => void) => () => void;
}

/** The token under which it is injected. */
export const TIMING = Symbol('Timing');

export const SYSTEM_TIMING: Timing = {
  now: () => performance.now(),
  random: () => Math.random(),
  after: (ms, callback) => {
    // Timers count whole milliseconds, and may be one of them early by the finer clock.
    const timer = setTimeout(callback, Math.ceil(ms) + 1);
    return () => clearTimeout(timer);
  },
};

const BASE_MS = 250;
const MAX_MS = 4_000;

/**
 * How long to wait before a target is asked again: any time up to a limit that doubles with each try (full
 * jitter), so that answers that failed together do not come back together.
 * @param tries requests that this answer has made of the target, at least 1
 * @param random at least 0, below 1
 * @returns milliseconds, at least 0, below 4,000
 */
export function backoffMs(tries: number, random: number): number {
  return random * Math.min(MAX_MS, BASE_MS * 2 ** (tries - 1));
}

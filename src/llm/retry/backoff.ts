const BASE_MS = 250;
const GROWTH = 4;
const MAX_MS = 4_000;

/**
 * How long to wait before a target is asked again: half of a limit that becomes four times as long with each try, and up
 * to all of it. The first pause is short, because most faults are those of one connection; without its half, all
 * repetitions could be over before a worker behind a proxy is back. The rest is chance, so that answers that failed
 * together do not come back together.
 * @param tries requests that this answer has made of the target, at least 1
 * @param random at least 0, below 1
 * @returns milliseconds, at least 125, below 4,000
 */
export function backoffMs(tries: number, random: number): number {
  return withJitter(Math.min(MAX_MS, BASE_MS * GROWTH ** (tries - 1)), random);
}

const MAX_RECOVERY_PAUSE_MS = 5_000;
/** A wait for a server has room for so many of its longest pauses, however short it is. */
const LONGEST_PAUSES_IN_A_WAIT = 12;
/** The longest pause is so many of the first one. */
const PAUSE_GROWTH = 20;

/**
 * How long to wait before a server that is away is tried again: half of a limit that doubles each time, and up to all of
 * it. The wait of a minute has pauses from 250 ms to 5 s; a shorter one has shorter pauses.
 * @param pauses of this wait, with this one: at least 1
 * @param waitMs how long the answer waits for the server in all
 * @param random at least 0, below 1
 * @returns milliseconds, below 5,000
 */
export function recoveryPauseMs(pauses: number, waitMs: number, random: number): number {
  const longestMs = Math.min(MAX_RECOVERY_PAUSE_MS, waitMs / LONGEST_PAUSES_IN_A_WAIT);
  const limitMs = Math.min(longestMs, (longestMs / PAUSE_GROWTH) * 2 ** (pauses - 1));
  return withJitter(limitMs, random);
}

function withJitter(limitMs: number, random: number): number {
  return (limitMs * (1 + random)) / 2;
}

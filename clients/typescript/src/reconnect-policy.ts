/** How a reader comes back to an answer whose connection dropped. Times in ms. */
export interface ReconnectPolicy {
  /** How often in a row it tries without getting one more frame, before it stops. */
  readonly maxAttempts: number;
  /** Longest pause before the first of these attempts; doubles with each further one. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** A service that wants to be left alone for longer than this is not waited for. */
  readonly maxRetryAfterMs: number;
}

/** Some 30 s in all, about half of the time that the service keeps an answer going without a reader. */
export const DEFAULT_RECONNECT_POLICY: ReconnectPolicy = {
  maxAttempts: 10,
  firstDelayMs: 500,
  maxDelayMs: 10_000,
  maxRetryAfterMs: 60_000,
};

/** The default, but for what is given. An option that is there and undefined would make it try for ever, without pauses. */
export function toReconnectPolicy(given: Partial<ReconnectPolicy> = {}): ReconnectPolicy {
  const { maxAttempts, firstDelayMs, maxDelayMs, maxRetryAfterMs } = DEFAULT_RECONNECT_POLICY;
  return {
    maxAttempts: given.maxAttempts ?? maxAttempts,
    firstDelayMs: given.firstDelayMs ?? firstDelayMs,
    maxDelayMs: given.maxDelayMs ?? maxDelayMs,
    maxRetryAfterMs: given.maxRetryAfterMs ?? maxRetryAfterMs,
  };
}

/**
 * How long to wait before attempt number `attempt` (from 1): a random time, so that callers which were cut off
 * together do not come back together; never less than the service asked for.
 */
export function pauseBefore(
  attempt: number,
  policy: ReconnectPolicy,
  { retryAfterMs = 0, random = Math.random }: { retryAfterMs?: number; random?: () => number } = {},
): number {
  const longest = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (attempt - 1));
  return retryAfterMs + random() * longest;
}

import fc from 'fast-check';
import { DEFAULT_RECONNECT_POLICY, pauseBefore, toReconnectPolicy } from './reconnect-policy.js';

const ATTEMPTS = Array.from({ length: DEFAULT_RECONNECT_POLICY.maxAttempts }, (_, index) => index + 1);

describe('The policy of reconnects', () => {
  it('is the default where nothing is given', () => {
    const nothing = {
      maxAttempts: undefined,
      firstDelayMs: undefined,
      maxDelayMs: undefined,
      maxRetryAfterMs: undefined,
    };
    for (const given of [undefined, {}, nothing])
      expect(toReconnectPolicy(given)).toEqual(DEFAULT_RECONNECT_POLICY);
  });

  it('is what is given, also where that is nought', () => {
    const given = { maxAttempts: 0, firstDelayMs: 0, maxDelayMs: 1, maxRetryAfterMs: 0 };
    expect(toReconnectPolicy(given)).toEqual(given);
    expect(toReconnectPolicy({ maxAttempts: 3 })).toEqual({ ...DEFAULT_RECONNECT_POLICY, maxAttempts: 3 });
  });
});

describe('The pause before an attempt to reconnect', () => {
  it('is at most twice as long each time, up to a limit', () => {
    const longest = ATTEMPTS.map((attempt) =>
      pauseBefore(attempt, DEFAULT_RECONNECT_POLICY, { random: () => 1 }),
    );
    expect(longest).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000, 10_000, 10_000]);
  });

  it('differs from caller to caller', () => {
    const pauses = Array.from({ length: 50 }, () => pauseBefore(3, DEFAULT_RECONNECT_POLICY));
    expect(new Set(pauses).size).toBeGreaterThan(40);
  });

  it('is never less than the service asks for, and not much more', () => {
    fc.assert(
      fc.property(fc.nat(60_000), fc.constantFrom(...ATTEMPTS), (retryAfterMs, attempt) => {
        const pause = pauseBefore(attempt, DEFAULT_RECONNECT_POLICY, { retryAfterMs });
        expect(pause).toBeGreaterThanOrEqual(retryAfterMs);
        expect(pause).toBeLessThanOrEqual(retryAfterMs + DEFAULT_RECONNECT_POLICY.maxDelayMs);
      }),
    );
  });
});

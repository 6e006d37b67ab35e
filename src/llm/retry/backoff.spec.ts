import { recoveryPauseMs } from './backoff.js';

describe('recoveryPauseMs', () => {
  const pausesOf = (waitMs: number, random: number) =>
    Array.from({ length: 7 }, (_, index) => recoveryPauseMs(index + 1, waitMs, random));

  it('grows from a quarter of a second to five seconds in the wait of a minute', () => {
    expect(pausesOf(60_000, 0)).toEqual([125, 250, 500, 1_000, 2_000, 2_500, 2_500]);
    expect(pausesOf(60_000, 0.999).map(Math.round)).toEqual([250, 500, 1_000, 1_999, 3_998, 4_998, 4_998]);
  });

  it('is as much shorter in a shorter wait, and no longer in a longer one', () => {
    expect(pausesOf(600, 0)).toEqual([1.25, 2.5, 5, 10, 20, 25, 25]);
    expect(pausesOf(600_000, 0)).toEqual(pausesOf(60_000, 0));
  });
});

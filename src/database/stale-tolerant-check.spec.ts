import { jest } from '@jest/globals';
import { type Answer, StaleTolerantCheck } from './stale-tolerant-check.js';

/** A check that answers on command. */
function checkOf() {
  const open: ((answer: Answer) => void)[] = [];
  const ask = () => new Promise<Answer>((resolve) => open.push(resolve));
  const check = new StaleTolerantCheck(ask, { timeoutMs: 2_000, believedForMs: 30_000 });
  return { check, open };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('a readiness check', () => {
  it('gives the answer of the check', async () => {
    const { check, open } = checkOf();
    const first = check.isReady();
    open[0]?.('ready');
    await expect(first).resolves.toBe(true);
    const second = check.isReady();
    open[1]?.('not-ready');
    await expect(second).resolves.toBe(false);
  });

  it('does not believe in what never answered', async () => {
    const { check } = checkOf();
    const answer = check.isReady();
    await jest.advanceTimersByTimeAsync(2_000);
    await expect(answer).resolves.toBe(false);
  });

  it('believes for a while in what answered before and is slow now', async () => {
    const { check, open } = checkOf();
    const first = check.isReady();
    open[0]?.('ready');
    await first;
    const soon = check.isReady();
    await jest.advanceTimersByTimeAsync(2_000);
    await expect(soon).resolves.toBe(true);
    await jest.advanceTimersByTimeAsync(27_000);
    const late = check.isReady();
    await jest.advanceTimersByTimeAsync(2_000);
    await expect(late).resolves.toBe(false);
  });

  it('no longer believes in what has said no', async () => {
    const { check, open } = checkOf();
    for (const answer of ['ready', 'not-ready'] as const) {
      const asked = check.isReady();
      open.at(-1)?.(answer);
      await asked;
    }
    const slow = check.isReady();
    await jest.advanceTimersByTimeAsync(2_000);
    await expect(slow).resolves.toBe(false);
  });

  it('asks once however many want to know', async () => {
    const { check, open } = checkOf();
    const answers = [check.isReady(), check.isReady(), check.isReady()];
    expect(open).toHaveLength(1);
    open[0]?.('ready');
    await expect(Promise.all(answers)).resolves.toEqual([true, true, true]);
    void check.isReady();
    expect(open).toHaveLength(2);
  });

  it('leaves no timer behind', async () => {
    const { check, open } = checkOf();
    const answer = check.isReady();
    open[0]?.('ready');
    await answer;
    expect(jest.getTimerCount()).toBe(0);
  });
});

import { jest } from '@jest/globals';

const nextTurn = setImmediate;

/**
 * Makes `setTimeout`, `performance` and the sleep of `node:timers/promises` go by a clock that only
 * {@link passTime} moves; promises settle as always. To be awaited before the modules under test are imported.
 */
export async function mockSleep(): Promise<void> {
  const real = await import('node:timers/promises');
  jest.unstable_mockModule('node:timers/promises', () => ({
    ...real,
    setTimeout: (ms: number, value?: unknown) =>
      new Promise((resolve) => void setTimeout(() => resolve(value), ms)),
  }));
}

export function startVirtualTime(): void {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'] });
}

/** Lets everything happen that waits for promises alone. */
export function settle(): Promise<void> {
  return new Promise((resolve) => void nextTurn(resolve));
}

/** Lets `ms` pass, timer by timer, with all that follows from each. */
export async function passTime(ms: number): Promise<void> {
  let isOver = false;
  setTimeout(() => (isOver = true), ms);
  await passTimeUntil(() => isOver);
}

/**
 * Lets time pass, timer by timer, until `isDone`.
 * @throws Error when there is nothing left to wait for, or too much
 */
export async function passTimeUntil(isDone: () => boolean): Promise<void> {
  await settle();
  for (let steps = 0; !isDone(); steps++) {
    if (jest.getTimerCount() === 0) throw new Error('Nothing will ever happen any more');
    if (steps > 100_000) throw new Error('It does not come to an end');
    jest.advanceTimersToNextTimer();
    await settle();
  }
}

import { syncBuiltinESMExports } from 'node:module';
import { jest } from '@jest/globals';

const nextTurn = setImmediate;

/** Makes `setTimeout`, `performance` and `node:timers/promises` go by a clock that only {@link passTime} moves. */
export function startVirtualTime(): void {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'] });
  // A module that imports the sleep by its name would keep the real one.
  syncBuiltinESMExports();
}

/** Back to the real clock. */
export function stopVirtualTime(): void {
  jest.useRealTimers();
  syncBuiltinESMExports();
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

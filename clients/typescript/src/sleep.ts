/** The longest time in ms that a timer takes: with a longer one it would fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** @throws the reason of `signal`, as soon as it is aborted */
export function sleep(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const wake = (): void => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    };
    const giveUp = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(wake, Math.min(delayMs, LONGEST_TIMER_MS));
    signal.addEventListener('abort', giveUp, { once: true });
  });
}

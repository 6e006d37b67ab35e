/**
 * What `waiting` comes to.
 * @throws what `waiting` is rejected with, or the reason of `signal`, as soon as that is aborted
 */
export function unlessAborted<T>(waiting: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as Error);
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp);
    // A caller's signal may live as long as its program: listeners that stay would pile up there.
    void waiting.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

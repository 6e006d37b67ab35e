import { getEventListeners } from 'node:events';
import { unlessAborted } from './unless-aborted.js';

const never = new Promise<never>(() => undefined);

describe('A wait that can be aborted', () => {
  it('comes to what is waited for, and leaves no listener behind', async () => {
    const { signal } = new AbortController();
    const error = new Error('It failed');
    expect(await unlessAborted(Promise.resolve(1), signal)).toBe(1);
    await expect(unlessAborted(Promise.reject(error), signal)).rejects.toBe(error);
    await new Promise((resolve) => setImmediate(resolve));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('ends with the reason of the signal, also of a signal that was aborted before', async () => {
    const leaving = new AbortController();
    const reason = new Error('The page was left');
    const waiting = unlessAborted(never, leaving.signal);
    leaving.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(unlessAborted(never, leaving.signal)).rejects.toBe(reason);
  });
});

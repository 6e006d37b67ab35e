import { type Behaviour, script } from '../model/model-server.exchange.js';
import { delta, done, end, finish, head, role } from '../model/model-server.steps.js';

/** Counts the frames that a caller has read, so that others can wait for them. */
export class ReadCount {
  private count = 0;
  private readonly waiting: { at: number; resolve: () => void }[] = [];

  readonly add = (): void => {
    this.count++;
    for (const { at, resolve } of this.waiting) if (at <= this.count) resolve();
  };

  readonly reaches = (at: number): Promise<void> =>
    new Promise((resolve) => {
      if (at <= this.count) resolve();
      else this.waiting.push({ at, resolve });
    });
}

/**
 * An answer whose every delta waits until the frame before it was read: each is a frame of its own, and live.
 * @param framesBeforeText how many frames the caller gets before the first delta
 */
export function answerInStep(
  deltas: readonly string[],
  read: ReadCount,
  framesBeforeText: number,
): Behaviour {
  const steps = deltas.flatMap((text, index) => [() => read.reaches(framesBeforeText + index), delta(text)]);
  return script(head(), role(), ...steps, finish(), done(), end());
}

import { setImmediate as nextTurnOfLoop, setTimeout as pass } from 'node:timers/promises';

type Work = () => Promise<void>;

/** A work that takes longer is followed by a pause: one turn of the loop does not answer all who waited meanwhile. */
const LONG_WORK_MS = 10;
const MAX_PAUSE_MS = 250;

/**
 * Does one work at a time, the clients by turns, and lets the event loop answer others between two: ten bodies that are
 * parsed one after the other would block it ten times as long as one.
 */
export class FairTurns {
  private readonly waiting = new Map<string, Work[]>();
  private isWorking = false;

  /** @param pause resolves after so many milliseconds */
  constructor(private readonly pause: (ms: number) => Promise<void> = pass) {}

  /** What `work` resolves or rejects with, once it had its turn. */
  run<Result>(client: string, work: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const turn = () => work().then(resolve, reject);
      const queue = this.waiting.get(client);
      if (queue) queue.push(turn);
      else this.waiting.set(client, [turn]);
      if (!this.isWorking) void this.workAll();
    });
  }

  private async workAll(): Promise<void> {
    this.isWorking = true;
    for (let work = this.take(); work; work = this.take()) {
      await nextTurnOfLoop();
      const startedAt = performance.now();
      await work();
      const tookMs = performance.now() - startedAt;
      if (tookMs > LONG_WORK_MS) await this.pause(Math.min(tookMs, MAX_PAUSE_MS));
    }
    this.isWorking = false;
  }

  /** The first work of the client that waits longest; its others wait behind those of all other clients. */
  private take(): Work | undefined {
    for (const [client, queue] of this.waiting) {
      this.waiting.delete(client);
      const work = queue.shift();
      if (queue.length > 0) this.waiting.set(client, queue);
      return work;
    }
    return undefined;
  }
}

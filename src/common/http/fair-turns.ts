import { setImmediate as nextTurnOfLoop } from 'node:timers/promises';

type Work = () => Promise<void>;

/**
 * Does one work at a time, the clients by turns, and lets the event loop answer others between two: ten bodies that are
 * parsed one after the other would block it ten times as long as one.
 */
export class FairTurns {
  private readonly waiting = new Map<string, Work[]>();
  private isWorking = false;

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
      await work();
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

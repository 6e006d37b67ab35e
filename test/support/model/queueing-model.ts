import { setTimeout as pass } from 'node:timers/promises';
import type { Behaviour, Exchange } from './model-server.exchange.js';

/** A server that answers one question at a time; the others wait in its queue, without a byte. */
export function oneSlot(answer: Behaviour): Behaviour {
  let last: Promise<void> = Promise.resolve();
  return (exchange) => {
    last = last.then(async () => {
      // It looks only now whether its client is still there.
      if (!exchange.socket.destroyed) await answer(exchange);
    });
    return last;
  };
}

/**
 * A server that loads its model when it is first asked, for that request: when the client of it hangs up, the load is
 * aborted, and the next request in the queue begins again. So does Ollama's scheduler (`WaitUntilRunning`).
 */
export class LoadingOnDemand {
  /** Loads that were begun. */
  loads = 0;
  private isLoaded = false;
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly loadMs: number,
    private readonly answer: Behaviour,
  ) {}

  readonly behaviour: Behaviour = async (exchange) => {
    this.queue = this.queue.then(() => this.load(exchange));
    await this.queue;
    if (this.isLoaded && !exchange.socket.destroyed) await this.answer(exchange);
  };

  private async load({ socket, closed }: Exchange): Promise<void> {
    if (this.isLoaded || socket.destroyed) return;
    this.loads++;
    const loaded = pass(this.loadMs).then(() => true);
    this.isLoaded = await Promise.race([loaded, closed.then(() => false)]);
  }
}

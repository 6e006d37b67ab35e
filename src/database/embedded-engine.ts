import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { EngineAnswer, EngineCall } from './embedded-engine.worker.js';

/** Compiled or not, as this file is. */
const WORKER = fileURLToPath(new URL(`embedded-engine.worker${extname(import.meta.url)}`, import.meta.url));

/** A running PostgreSQL in a thread of this process. */
export interface Engine {
  /** Serves it on a Unix socket, which must not exist yet. */
  listen(socketPath: string): Promise<void>;
  /** Ends its connections, stops serving and writes everything to its folder. */
  close(): Promise<void>;
}

/**
 * Starts PostgreSQL in WebAssembly on `folder`, which is filled when it is empty (`memory://`: on none). It has a thread
 * of its own: a statement of a second would otherwise stop every stream and health check for a second.
 * Only one process may have a folder open; the caller sees to that.
 * @param onFailure called when it serves nobody any more
 */
export async function startEngine(folder: string, onFailure: (error: unknown) => void): Promise<Engine> {
  const thread = new EngineThread(folder, onFailure);
  await thread.answer().catch(async (error: unknown) => {
    await thread.end();
    throw error;
  });
  return {
    listen: (socketPath) => thread.call({ kind: 'listen', socketPath }),
    async close() {
      await thread.call({ kind: 'close' });
      await thread.end();
    },
  };
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** The other side of `embedded-engine.worker.ts`, which answers its calls in their order. */
class EngineThread {
  private readonly worker: Worker;
  private readonly waiting: Waiting[] = [];

  constructor(
    folder: string,
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.worker = new Worker(WORKER, { workerData: folder });
    this.worker.on('message', (answer: EngineAnswer) => this.take(answer));
    this.worker.once('error', (error) => {
      onFailure(error);
      this.refuseAll(error);
    });
    this.worker.once('exit', () =>
      this.refuseAll(new Error('The thread of the embedded database has ended')),
    );
  }

  call(message: EngineCall): Promise<void> {
    this.worker.postMessage(message);
    return this.answer();
  }

  answer(): Promise<void> {
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private take(answer: EngineAnswer): void {
    if (answer.kind === 'failed') this.onFailure(answer.error);
    else if (answer.kind === 'done') this.waiting.shift()?.resolve();
    else this.waiting.shift()?.reject(answer.error);
  }

  private refuseAll(error: unknown): void {
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}

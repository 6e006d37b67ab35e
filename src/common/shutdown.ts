import { type BeforeApplicationShutdown, Global, Injectable, Module } from '@nestjs/common';

/** Something that must end before the process does. */
export interface Drainable {
  /** Resolves when nothing is under way any more. */
  drain(): Promise<void>;
}

/**
 * The way out. From SIGTERM on the service is not ready and takes nothing new, while the port still
 * answers; it is closed when everything registered has drained.
 */
@Injectable()
export class Shutdown implements BeforeApplicationShutdown {
  private readonly drainables: Drainable[] = [];
  private started = false;

  get isUnderWay(): boolean {
    return this.started;
  }

  register(drainable: Drainable): void {
    this.drainables.push(drainable);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.started = true;
    await Promise.all(this.drainables.map((drainable) => drainable.drain()));
  }
}

@Global()
@Module({ providers: [Shutdown], exports: [Shutdown] })
export class ShutdownModule {}

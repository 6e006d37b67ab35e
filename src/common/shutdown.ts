import type { Server } from 'node:http';
import { type BeforeApplicationShutdown, Global, Injectable, Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/** How long answers that have ended may take on their way to slow readers. */
const LAST_BYTES_MS = 2_000;

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

  constructor(private readonly http: HttpAdapterHost) {}

  get isUnderWay(): boolean {
    return this.started;
  }

  register(drainable: Drainable): void {
    this.drainables.push(drainable);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.started = true;
    await Promise.all(this.drainables.map((drainable) => drainable.drain()));
    setTimeout(() => this.cutConnections(), LAST_BYTES_MS).unref();
  }

  /** The port is closed when its last connection ends: a request that is never sent to its end would be waited for. */
  private cutConnections(): void {
    (this.http.httpAdapter?.getHttpServer() as Server | undefined)?.closeAllConnections();
  }
}

@Global()
@Module({ providers: [Shutdown], exports: [Shutdown] })
export class ShutdownModule {}

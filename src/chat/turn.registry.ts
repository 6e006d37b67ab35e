import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../common/errors/app-error.js';
import { type Drainable, Shutdown } from '../common/shutdown.js';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import type { RunningTurn } from './running-turn.js';
import { TurnRepository } from './turn.repository.js';

/**
 * The turns that this process answers. It keeps their leases, so that other replicas know that their
 * owner lives, gives up those of owners that died, and lets turns end before the process does.
 */
@Injectable()
export class TurnRegistry implements Drainable, OnApplicationBootstrap {
  private readonly logger = new Logger(TurnRegistry.name);
  private readonly running = new Map<string, RunningTurn>();
  private timer?: NodeJS.Timeout;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly turns: TurnRepository,
    private readonly shutdown: Shutdown,
  ) {
    this.shutdown.register(this);
  }

  async onApplicationBootstrap(): Promise<void> {
    // The embedded database has one owner: whoever answered its running turns is dead.
    await this.failAbandoned({ whatever: this.config.database.kind === 'embedded' });
    // A third of a lease: two renewals may fail before anybody takes the owner for dead.
    this.timer = setInterval(() => void this.keepLeases(), this.config.turn.leaseMs / 3);
    this.timer.unref();
  }

  /** @throws AppError `shutting_down` from the first signal to end on */
  refuseWhenShuttingDown(): void {
    if (!this.shutdown.isUnderWay) return;
    throw new AppError('shutting_down', 'This replica is shutting down and takes no new questions.', {
      retryAfterSeconds: 1,
    });
  }

  add(turn: RunningTurn): void {
    this.running.set(turn.id, turn);
    void turn.ended.then(() => this.running.delete(turn.id));
  }

  async drain(): Promise<void> {
    const allEnded = () => Promise.all([...this.running.values()].map((turn) => turn.ended));
    await Promise.race([allEnded(), sleep(this.config.turn.drainTimeoutMs, undefined, { ref: false })]);
    for (const turn of this.running.values()) {
      turn.fail(new AppError('turn_interrupted', 'The service was shut down before the answer was complete. Ask again.'));
    }
    await allEnded();
    clearInterval(this.timer);
  }

  private async keepLeases(): Promise<void> {
    try {
      await this.renewLeases();
      await this.failAbandoned({ whatever: false });
    } catch (error) {
      this.logger.warn({ message: 'Leases could not be renewed', cause: String(error) });
    }
  }

  private async renewLeases(): Promise<void> {
    const ids = [...this.running.keys()];
    if (ids.length === 0) return;
    const kept = new Set(await this.turns.renewLeases(ids, this.config.turn.leaseMs));
    for (const id of ids) {
      // It was given up while this process could not renew: going on would answer it twice. One that
      // has just ended is gone from `running`, or is ending, and does not mind.
      if (!kept.has(id)) this.running.get(id)?.fail(new AppError('turn_interrupted', 'The turn was given up. Ask again.'));
    }
  }

  private async failAbandoned(options: { whatever: boolean }): Promise<void> {
    const count = await this.turns.failAbandoned(options);
    if (count > 0) this.logger.warn({ message: 'Marked abandoned turns failed', count });
  }
}

import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { interrupted } from '../turn/turn-failure.js';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { summarizeDatabaseError } from '../../database/database-error.js';
import { TurnLeaseRepository } from '../turn/turn-lease.repository.js';
import { EventLogRepository } from '../turn/event-log.repository.js';
import { TurnRegistry } from '../answering/turn-registry.js';

/** What is asked of a turn on another replica must reach its owner, and the model, within a second. */
const LOOK_FOR_REQUESTS_EVERY_MS = 300;
const CLEAN_LOG_EVERY_MS = 300_000;
/** How long events are kept beyond the longest time a turn can take. */
const KEEP_LOG_MS = 600_000;

/**
 * Keeps what the database says of running turns true: renews the leases of this process's own, ends those
 * of owners that died, and hears what other replicas ask of them: to stop, or to make way for another question.
 */
@Injectable()
export class LeaseMonitor implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(LeaseMonitor.name);
  private readonly timers: NodeJS.Timeout[] = [];
  /** From when on turns whose lease ran out are taken for abandoned. */
  private sweepsFrom = 0;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly registry: TurnRegistry,
    private readonly leases: TurnLeaseRepository,
    private readonly log: EventLogRepository,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const isEmbedded = this.config.database.kind === 'embedded';
    // The embedded database has one owner: the process that answered its running turns is dead.
    await this.failAbandoned({ whatever: isEmbedded });
    // A third of a lease: two renewals may fail before anybody takes the owner for dead.
    this.every(this.config.turn.leaseMs / 3, () => this.lookAfterLeases());
    const { totalTimeoutMs, models } = this.config.llm;
    const longestMs = Math.max(totalTimeoutMs, ...models.map((model) => model.totalTimeoutMs ?? 0));
    this.every(CLEAN_LOG_EVERY_MS, () => this.log.deleteOlderThan(longestMs + KEEP_LOG_MS));
    if (!isEmbedded) this.every(LOOK_FOR_REQUESTS_EVERY_MS, () => this.followRequests());
  }

  onApplicationShutdown(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  /** Runs `task` again and again, never twice at once; what it throws is logged. */
  private every(ms: number, task: () => Promise<void>): void {
    let isUnderWay = false;
    const run = async () => {
      if (isUnderWay) return;
      isUnderWay = true;
      try {
        await task();
      } catch (error) {
        this.logger.warn({
          message: 'Running turns could not be looked after',
          error: summarizeDatabaseError(error),
        });
      } finally {
        isUnderWay = false;
      }
    };
    this.timers.push(setInterval(() => void run(), ms).unref());
  }

  private async lookAfterLeases(): Promise<void> {
    try {
      await this.renewLeases();
      if (performance.now() >= this.sweepsFrom) await this.failAbandoned({ whatever: false });
    } catch (error) {
      // While the database was away no process could renew: the living get the time to do so.
      this.sweepsFrom = performance.now() + this.config.turn.leaseMs;
      throw error;
    }
  }

  private async renewLeases(): Promise<void> {
    const turns = this.registry.list();
    if (turns.length === 0) return;
    const kept = new Set(
      await this.leases.renew(
        turns.map(({ id }) => id),
        this.config.turn.leaseMs,
      ),
    );
    for (const turn of turns) {
      // Another process ended it while this one could not renew: going on would answer it twice. A turn that
      // has just ended does not mind.
      if (!kept.has(turn.id)) turn.fail(interrupted());
    }
  }

  private async failAbandoned(options: { whatever: boolean }): Promise<void> {
    for (const turn of await this.leases.listAbandoned(options)) {
      // After a standstill of this process its own leases have run out, and its newest turns were not renewed.
      if (this.registry.find(turn.id)) continue;
      if (!(await this.leases.failAbandoned(turn.id, options))) continue;
      this.logger.warn({ message: 'Ended a turn whose owner died', turnId: turn.id });
    }
  }

  private async followRequests(): Promise<void> {
    if (this.registry.list().length === 0) return;
    for (const { id, isStop } of await this.leases.listRequested(this.registry.owner)) {
      const turn = this.registry.find(id);
      if (isStop) turn?.cancel();
      else await turn?.yield();
    }
  }
}

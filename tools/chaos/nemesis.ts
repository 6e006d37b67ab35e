import { setTimeout as sleep } from 'node:timers/promises';
import type { History } from './history.js';
import type { Random } from './random.js';
import { TIMES } from './settings.js';
import type { Stage } from './stage/stage.js';
import type { Replica } from './stage/replica.js';

const POSTGRES_DEED = 'kill -9 PostgreSQL';
type ServiceDeed = 'kill -9' | 'SIGTERM' | 'SIGSTOP' | 'SIGSTOP beyond the lease';
type Deed = ServiceDeed | typeof POSTGRES_DEED;

export interface Schedule {
  readonly random: Random;
  /** How often the database is chosen, where a replica's `kill -9` is 3. */
  readonly postgresWeight: number;
}

/** Does bad things to the service and its database, every few seconds, as its seed says. */
export class Nemesis {
  private readonly underTreatment = new Map<Replica | 'postgres', Promise<void>>();

  constructor(
    private readonly stage: Stage,
    private readonly history: History,
    private readonly schedule: Schedule,
  ) {}

  /** Until `endAt`; then waits until everything is up again. */
  async run(endAt: number): Promise<void> {
    for (;;) {
      const pauseMs = this.schedule.random.between(3_000, 10_000);
      if (Date.now() + pauseMs > endAt) break;
      await sleep(pauseMs);
      this.act();
    }
    await Promise.all(this.underTreatment.values());
  }

  private act(): void {
    const deed = this.schedule.random.pick<Deed>([
      [3, 'kill -9'],
      [3, 'SIGTERM'],
      [2, 'SIGSTOP'],
      [2, 'SIGSTOP beyond the lease'],
      [this.schedule.postgresWeight, POSTGRES_DEED],
    ]);
    const replica = this.stage.replicas[this.schedule.random.whole(0, this.stage.replicas.length - 1)]!;
    const target = deed === POSTGRES_DEED ? 'postgres' : replica;
    if (this.underTreatment.has(target)) return;
    const done = (deed === POSTGRES_DEED ? this.crashPostgres() : this.hurt(replica, deed)).finally(() =>
      this.underTreatment.delete(target),
    );
    this.underTreatment.set(target, done);
  }

  private async hurt(replica: Replica, deed: ServiceDeed): Promise<void> {
    const note = (detail?: string) => this.note(deed, replica.name, detail);
    note();
    switch (deed) {
      case 'kill -9':
        await replica.kill();
        await sleep(this.schedule.random.between(0, 3_000));
        await replica.start();
        break;
      case 'SIGTERM':
        await replica.terminate();
        await replica.start();
        break;
      case 'SIGSTOP':
        await replica.pause(this.schedule.random.between(300, TIMES.leaseMs / 2));
        break;
      case 'SIGSTOP beyond the lease':
        await replica.pause(this.schedule.random.between(1.3 * TIMES.leaseMs, 2.2 * TIMES.leaseMs));
    }
    note('is over');
  }

  private async crashPostgres(): Promise<void> {
    this.note(POSTGRES_DEED, 'postgres');
    await this.stage.postgres.crash();
    await sleep(this.schedule.random.between(0, 3_000));
    await this.stage.postgres.restart();
    this.note(POSTGRES_DEED, 'postgres', 'is over');
  }

  private note(deed: Deed, target: string, detail?: string): void {
    this.history.add({ type: 'nemesis', at: Date.now(), deed, target, detail });
  }
}

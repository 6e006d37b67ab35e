import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Answer, StaleTolerantCheck } from './stale-tolerant-check.js';
import { kindOfDatabaseError } from './database-error.js';
import { pendingMigrations } from './migrate.js';

/** Whether requests can be served from the database. */
@Injectable()
export class DatabaseHealth {
  private readonly check = new StaleTolerantCheck(() => this.ask(), {
    timeoutMs: 2_000,
    believedForMs: 30_000,
  });
  private isMigrated = false;

  constructor(private readonly dataSource: DataSource) {}

  /** Answers within two seconds, and never rejects. A database that answered is believed in for 30 s while it is slow. */
  isReady(): Promise<boolean> {
    return this.check.isReady();
  }

  private async ask(): Promise<Answer> {
    try {
      // Checked until nothing is pending: no operator reverts a migration under a running service.
      if (this.isMigrated) await this.dataSource.query('SELECT 1');
      else this.isMigrated = (await pendingMigrations(this.dataSource)).length === 0;
      return this.isMigrated ? 'ready' : 'not-ready';
    } catch (error) {
      return kindOfDatabaseError(error) === 'timeout' ? 'slow' : 'not-ready';
    }
  }
}

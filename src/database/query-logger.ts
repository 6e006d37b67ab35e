import { Logger } from '@nestjs/common';
import type { Logger as TypeOrmLogger } from 'typeorm';
import { withoutValues } from './database-error.js';

/** Longest part of a statement that is logged, in characters. */
const LONGEST_STATEMENT = 1_000;

/**
 * TypeORM's log in the service's. It never has the parameters of a statement: prompts, answers and key
 * hashes are among them.
 */
export class QueryLogger implements TypeOrmLogger {
  private readonly logger = new Logger('Database');

  logQuery(): void {
    // Every statement would be too much to keep, and what failed or was slow is logged below.
  }

  logQueryError(error: string | Error, query: string): void {
    const { message } = withoutValues(typeof error === 'string' ? new Error(error) : error);
    // The one who sent the statement knows whether its failure matters: a key that exists already may not.
    this.logger.debug(`A statement failed: ${message} statement=${query.slice(0, LONGEST_STATEMENT)}`);
  }

  logQuerySlow(timeMs: number, query: string): void {
    this.logger.warn(`A statement took ${timeMs} ms: ${query.slice(0, LONGEST_STATEMENT)}`);
  }

  logSchemaBuild(): void {
    // How TypeORM goes about it; what comes of it is logged by the migrations.
  }

  logMigration(message: string): void {
    this.logger.log(message);
  }

  log(level: 'log' | 'info' | 'warn', message: unknown): void {
    if (level === 'warn') this.logger.warn(String(message));
    else this.logger.debug(String(message));
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { StartError } from '../common/errors/start-error.js';
import type { PostgresOptions } from './data-source.options.js';
import { kindOfDatabaseError, withoutValues } from './database-error.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/** The database was reached and does not let the service in: waiting would not help. */
export class DatabaseRefusedError extends StartError {
  constructor(reason: string, cause: unknown) {
    super(`The database refused the service: ${reason}. Check DATABASE_URL.`, { cause });
    this.name = 'DatabaseRefusedError';
  }
}

/**
 * Connects as soon as the server can be reached. It may well start later than this service, so there is no
 * giving up; each failed attempt is logged as a warning.
 * @throws DatabaseRefusedError at once when the server refuses the user, the password or the database
 */
export async function connectWhenReachable(options: PostgresOptions): Promise<DataSource> {
  const logger = new Logger('Database');
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await new DataSource(options).initialize();
    } catch (error) {
      const kind = kindOfDatabaseError(error);
      // The server's own words about a login name the user and the database, never the password.
      if (kind === 'refused') throw new DatabaseRefusedError((error as Error).message, error);
      if (kind !== 'unreachable' && kind !== 'timeout') throw error;
      logger.warn(
        `The database cannot be reached yet (${withoutValues(error as Error).message}); trying again`,
      );
      await delay(pauseMs);
    }
  }
}

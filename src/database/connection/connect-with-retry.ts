import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { StartError } from '../../common/errors/start-error.js';
import { findRefusal } from './connect-refusal.js';
import type { PostgresOptions } from './data-source-options.js';
import { kindOfDatabaseError, withoutValues } from '../database-error.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/** The database was reached and does not let the service in: waiting would not help. */
export class DatabaseRefusedError extends StartError {
  /** @param reason with its cure, without a full stop */
  constructor(reason: string, cause: unknown) {
    super(`The database refused the service: ${reason}.`, { cause });
    this.name = 'DatabaseRefusedError';
  }
}

/** The database was not reached in the time that a command waits for it. */
export class DatabaseUnreachableError extends StartError {
  constructor(giveUpAfterMs: number, cause: Error) {
    super(
      `The database could not be reached within ${giveUpAfterMs / 1_000} s (${cause.message}). ` +
        'Check DATABASE_URL, and that the server is running.',
      { cause },
    );
    this.name = 'DatabaseUnreachableError';
  }
}

/**
 * Connects as soon as the server can be reached; each failed attempt is logged as a warning. A service waits for
 * ever: its server may well start later.
 * @throws DatabaseRefusedError at once when the server refuses the user, the password, the database or the certificate
 * @throws DatabaseUnreachableError after `giveUpAfterMs`
 */
export async function connectWhenReachable(
  options: PostgresOptions,
  giveUpAfterMs = Infinity,
): Promise<DataSource> {
  const logger = new Logger('Database');
  const giveUpAt = performance.now() + giveUpAfterMs;
  const leftOf = (ms: number) => Math.max(1, Math.min(ms, giveUpAt - performance.now()));
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      const connectTimeoutMS = Math.ceil(leftOf(options.connectTimeoutMS ?? LONGEST_PAUSE_MS));
      return await new DataSource({ ...options, connectTimeoutMS }).initialize();
    } catch (error) {
      const refusal = findRefusal(error);
      if (refusal !== null) throw new DatabaseRefusedError(refusal, error);
      const kind = kindOfDatabaseError(error);
      if (kind !== 'unreachable' && kind !== 'timeout') throw error;
      const reason = withoutValues(error as Error);
      if (performance.now() >= giveUpAt) throw new DatabaseUnreachableError(giveUpAfterMs, reason);
      logger.warn(`The database cannot be reached yet (${reason.message}); trying again`);
      await delay(leftOf(pauseMs));
    }
  }
}

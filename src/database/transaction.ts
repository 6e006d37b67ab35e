import type { DataSource, EntityManager } from 'typeorm';
import { isContention } from './database-error.js';

const MAX_ATTEMPTS = 3;

/**
 * Runs `work` in a transaction, and again from its start, up to three times, when a concurrent one was in
 * the way (SQLSTATE class 40). `work` must do everything through the manager it is given: a query beside
 * it waits for a connection, and the embedded database has only the one that this transaction holds.
 */
export async function inTransaction<Result>(
  database: Pick<DataSource, 'transaction'>,
  work: (manager: EntityManager) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction(work);
    } catch (error) {
      if (attempt >= MAX_ATTEMPTS || !isContention(error)) throw error;
    }
  }
}

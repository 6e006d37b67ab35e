import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { isContention } from './database-error.js';

const MAX_ATTEMPTS = 3;
const MAX_PAUSE_MS = 50;

/**
 * Runs `work` in a transaction, and again from its start, as {@link repeatOnContention}. `work` must do
 * everything through the manager it is given: a query beside it waits for a connection, and the embedded
 * database has only the connection of this transaction.
 */
export function inTransaction<Result>(
  database: Pick<DataSource, 'transaction'>,
  work: (manager: EntityManager) => Promise<Result>,
): Promise<Result> {
  return repeatOnContention(() => database.transaction(work));
}

/**
 * Runs `work` up to three times while a concurrent transaction is in its way (SQLSTATE class 40), after pauses of random length
 * below 50 ms.
 * @param work a complete transaction, or a single statement, which is one: when it fails, it has changed nothing
 */
export async function repeatOnContention<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= MAX_ATTEMPTS || !isContention(error)) throw error;
      // At the same pace, two transactions would meet again.
      await pause(Math.random() * MAX_PAUSE_MS);
    }
  }
}

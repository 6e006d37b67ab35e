import { Logger } from '@nestjs/common';
import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';

/** The advisory lock that migrating instances take, in each database its own. Any number that nothing else uses. */
const MIGRATION_LOCK = 7_311_404_285_512_397n;

/** Switches off, for this session or transaction, every timeout this server knows that could end a wait. */
const WITHOUT_TIMEOUTS = `
  SELECT set_config(name, '0', $1) FROM pg_settings
   WHERE name IN ('statement_timeout', 'lock_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout')`;

/** The names of the migrations that the database does not have, oldest first. */
export async function pendingMigrations(dataSource: DataSource): Promise<string[]> {
  const pending = await new MigrationExecutor(dataSource).getPendingMigrations();
  return pending.map(({ name }) => name);
}

/** Runs what is pending, each migration in a transaction of its own unless it says otherwise. */
export async function migrate(dataSource: DataSource): Promise<void> {
  await runPending(new MigrationExecutor(dataSource));
}

/**
 * As {@link migrate}, one instance at a time: the others wait, however long it takes, and find nothing left
 * to do. The lock belongs to a transaction, not to a session, so that it holds through a pooler too.
 * @param dataSource with two connections at least, on which nothing else is done afterwards
 */
export async function migrateUnderLock(dataSource: DataSource): Promise<void> {
  const lock = dataSource.createQueryRunner();
  try {
    await lock.startTransaction();
    await lock.query(WITHOUT_TIMEOUTS, [true]);
    await waitForLock(lock);
    await migrateWithoutTimeouts(dataSource);
    await lock.commitTransaction();
  } catch (error) {
    // A lock whose connection broke is gone anyway; what went wrong is the first error.
    await lock.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await lock.release();
  }
}

async function migrateWithoutTimeouts(dataSource: DataSource): Promise<void> {
  const worker = dataSource.createQueryRunner();
  try {
    await worker.query(WITHOUT_TIMEOUTS, [false]);
    await runPending(new MigrationExecutor(dataSource, worker));
  } finally {
    await worker.release();
  }
}

async function waitForLock(lock: QueryRunner): Promise<void> {
  const key = MIGRATION_LOCK.toString();
  const rows = (await lock.query('SELECT pg_try_advisory_xact_lock($1) AS taken', [key])) as {
    taken: boolean;
  }[];
  if (rows[0]?.taken) return;
  new Logger('Database').log('Another instance is migrating the database; waiting for it');
  await lock.query('SELECT pg_advisory_xact_lock($1)', [key]);
}

async function runPending(executor: MigrationExecutor): Promise<void> {
  executor.transaction = 'each';
  const done = await executor.executePendingMigrations();
  if (done.length > 0)
    new Logger('Database').log(`Migrated the database: ${done.map(({ name }) => name).join(', ')}`);
}

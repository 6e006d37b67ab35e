import { constants, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { DatabaseConfig, PostgresConfig } from '../../../src/config/app-config.js';
import { openDatabase } from '../../../src/database/connection/open-database.js';
import {
  dropDatabase,
  onServer,
  postgresConfig,
  runFolder,
  templateOf,
  uniqueName,
} from './database.clone.js';
import { ALL_ENTITIES } from './entities.js';

/** A database of one test's own: migrated, empty, and open to every holder of its configuration. */
export interface TestDatabase {
  readonly config: DatabaseConfig;
  /** Removes it, also when a session is still connected. */
  drop(): Promise<void>;
}

/** A test database with an open connection that knows all entities. */
export interface OpenTestDatabase {
  readonly config: DatabaseConfig;
  readonly dataSource: DataSource;
  /** Closes the connection and removes the database. */
  close(): Promise<void>;
}

/** Whether the spec file is in a project on PostgreSQL, and not on the embedded database. */
export const isOnPostgres = (): boolean => process.env['TEST_DATABASE'] === 'postgres';

/** A copy of the run's migrated database. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return isOnPostgres() ? copyDatabase() : copyFolder();
}

/** A copy of the run's migrated database, and a connection to it: for tests below the complete service. */
export async function openTestDatabase(): Promise<OpenTestDatabase> {
  const { config, drop } = await createTestDatabase();
  const dataSource = await openDatabase(config, ALL_ENTITIES);
  return {
    config,
    dataSource,
    async close() {
      await dataSource.destroy();
      await drop();
    },
  };
}

/** An empty folder for a database that is to be made; gone with `remove`. */
export function emptyFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(runFolder(), 'copy-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A database without a schema, on the run's PostgreSQL. */
export async function createEmptyDatabase(): Promise<{ config: PostgresConfig; drop(): Promise<void> }> {
  const { serverUrl } = templateOf('postgres');
  const name = uniqueName();
  await onServer(serverUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  return { config: postgresConfig(serverUrl, name), drop: () => dropDatabase(serverUrl, name) };
}

async function copyDatabase(): Promise<TestDatabase> {
  const { serverUrl, name: template } = templateOf('postgres');
  const name = uniqueName();
  await onServer(serverUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  return { config: postgresConfig(serverUrl, name), drop: () => dropDatabase(serverUrl, name) };
}

function copyFolder(): TestDatabase {
  const { path, remove } = emptyFolder();
  // Of a thousand small files, and ten times as fast as `cp` in steps.
  cpSync(templateOf('embedded').dataDir, path, { recursive: true, mode: constants.COPYFILE_FICLONE });
  return { config: { kind: 'embedded', dataDir: path }, drop: () => Promise.resolve(remove()) };
}

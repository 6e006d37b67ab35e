import { Logger } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { DatabaseConfig, EmbeddedDatabaseConfig, PostgresConfig } from '../../config/app-config.js';
import { embeddedOptions, migrationOptions, postgresOptions } from './data-source-options.js';
import { openOrJoinEmbeddedPostgres } from '../embedded/embedded-join.js';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../embedded/embedded-postgres.js';
import { migrate, migrateUnderLock, pendingMigrations } from '../migrate.js';
import { connectWhenReachable } from './connect-with-retry.js';
import { expectAllCharacters, explainMigrationError } from './usable-database.js';

export type Entities = DataSourceOptions['entities'];

/** The service's connection to its database, migrated and ready. Destroying it closes an embedded database too. */
export class ServiceDataSource extends DataSource {
  constructor(
    options: DataSourceOptions,
    private readonly embedded?: EmbeddedPostgres,
  ) {
    super(options);
  }

  override async destroy(): Promise<void> {
    try {
      await super.destroy();
    } finally {
      await this.embedded?.close();
    }
  }
}

/**
 * Opens the database, waits for a server that is not up yet, and brings its schema up to date.
 * @throws DataFolderInUseError, DatabaseRefusedError
 * @throws StartError when the database is in an encoding without some characters, or lets nothing be made in it
 */
export async function openDatabase(config: DatabaseConfig, entities: Entities): Promise<ServiceDataSource> {
  return config.kind === 'postgres' ? openPostgres(config, entities) : openEmbedded(config, entities);
}

async function openPostgres(config: PostgresConfig, entities: Entities): Promise<ServiceDataSource> {
  const migrating = await connectWhenReachable(migrationOptions(config), config.giveUpAfterMs);
  try {
    await expectAllCharacters(migrating);
    await migrateUnderLock(migrating).catch(async (error: unknown) => {
      throw await explainMigrationError(migrating, error);
    });
    await warnOfLostCommits(migrating);
  } finally {
    await migrating.destroy();
  }
  const dataSource = new ServiceDataSource({ ...postgresOptions(config), entities });
  await dataSource.initialize();
  return dataSource;
}

async function openEmbedded(config: EmbeddedDatabaseConfig, entities: Entities): Promise<ServiceDataSource> {
  const open = config.joinsRunningService ? openOrJoinEmbeddedPostgres : openEmbeddedPostgres;
  const embedded = await open(config.dataDir);
  const { isJoined, socketFolder } = embedded;
  const dataSource = new ServiceDataSource({ ...embeddedOptions(socketFolder), entities }, embedded);
  try {
    await dataSource.initialize();
    if (isJoined) await expectMigrated(dataSource);
    else await migrate(dataSource);
    return dataSource;
  } catch (error) {
    await (dataSource.isInitialized ? dataSource.destroy() : embedded.close());
    throw error;
  }
}

async function expectMigrated(dataSource: DataSource): Promise<void> {
  const pending = await pendingMigrations(dataSource);
  // Migrated under its feet, the running service would fail on a schema it does not know.
  if (pending.length > 0)
    throw new Error('The running service is older than this tool. Restart the service first.');
}

async function warnOfLostCommits(dataSource: DataSource): Promise<void> {
  const [setting]: { synchronous_commit: string }[] = await dataSource.query('SHOW synchronous_commit');
  if (setting?.synchronous_commit !== 'off') return;
  new Logger('Database').warn(
    'The server has synchronous_commit=off: when it crashes, it loses answers that were acknowledged as stored',
  );
}

import { Module } from '@nestjs/common';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { APP_CONFIG, type AppConfig, type DatabaseConfig } from '../config/app-config.js';
import { DatabaseHealth } from './database-health.js';
import { DatabaseShares } from './database-shares.js';
import { openDatabase } from './connection/open-database.js';

/** Carries our configuration through TypeORM's module to {@link open}. */
interface ModuleOptions extends Pick<TypeOrmModuleOptions, 'autoLoadEntities' | 'retryAttempts'> {
  readonly type: 'postgres';
  readonly service: DatabaseConfig;
}

function optionsFrom(config: AppConfig): ModuleOptions {
  // Retrying is ours: TypeORM's module would try a wrong password again, and stop waiting for a slow server.
  return { type: 'postgres', autoLoadEntities: true, retryAttempts: 0, service: config.database };
}

async function open(options?: DataSourceOptions): Promise<DataSource> {
  const { service, entities } = options as DataSourceOptions & ModuleOptions;
  return openDatabase(service, entities);
}

/** The one database. TypeORM's module destroys the data source at shutdown, after the last hook of ours. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({ inject: [APP_CONFIG], useFactory: optionsFrom, dataSourceFactory: open }),
  ],
  providers: [DatabaseHealth, DatabaseShares],
  exports: [DatabaseHealth, DatabaseShares],
})
export class DatabaseModule {}

import { Logger } from '@nestjs/common';
import type { DataSourceOptions } from 'typeorm';
import type { PostgresConfig } from '../../config/app-config.js';
import { withoutValues } from '../database-error.js';
import { KeyNames } from '../key-names.js';
import { MIGRATIONS } from '../migrations.js';
import { QueryLogger } from '../query-logger.js';

export type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

const APPLICATION_NAME = 'llm-chat-service';

/** A statement that takes longer is logged. */
const SLOW_STATEMENT_MS = 2_000;

/** Beyond the server's own statement timeout: for a server that cannot even say that the time is up. */
const ANSWER_MARGIN_MS = 5_000;

const KEEP_ALIVE_AFTER_MS = 10_000;

/** How long a query of the embedded database may wait for its one connection. */
const EMBEDDED_CONNECT_TIMEOUT_MS = 30_000;

const common = {
  type: 'postgres',
  applicationName: APPLICATION_NAME,
  synchronize: false,
  migrations: [...MIGRATIONS],
  migrationsTableName: 'migration',
  namingStrategy: new KeyNames(),
  // A condition that is dropped because its value is missing would find everybody's rows.
  invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
  installExtensions: false,
  maxQueryExecutionTime: SLOW_STATEMENT_MS,
  poolErrorHandler: (error: object) =>
    new Logger('Database').warn(`An idle connection was lost: ${withoutValues(error).message}`),
} satisfies Partial<PostgresOptions>;

/** How a PostgreSQL given by `DATABASE_URL` is used. */
export function postgresOptions(config: PostgresConfig): PostgresOptions {
  return {
    ...common,
    logger: new QueryLogger(),
    poolSize: config.poolSize,
    connectTimeoutMS: config.connectTimeoutMs,
    extra: {
      // Not `url`: TypeORM takes it apart in a way that forgets the parameters of a Unix socket.
      connectionString: config.url,
      statement_timeout: config.statementTimeoutMs,
      idle_in_transaction_session_timeout: config.idleInTransactionTimeoutMs,
      query_timeout: config.statementTimeoutMs + ANSWER_MARGIN_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    },
  };
}

/**
 * How the embedded database is used, over the socket in `socketFolder`. All its connections share one
 * session, so there is one, kept for good; and no timeout of the server's: it ignores the one for
 * statements and stops for ever at the one for idle transactions.
 */
export function embeddedOptions(socketFolder: string): PostgresOptions {
  return {
    ...common,
    logger: new QueryLogger(),
    host: socketFolder,
    username: 'postgres',
    database: 'postgres',
    poolSize: 1,
    connectTimeoutMS: EMBEDDED_CONNECT_TIMEOUT_MS,
    extra: { idleTimeoutMillis: 0 },
  };
}

/** The same PostgreSQL for migrations: one connection for their lock, one for them, and all the time they need. */
export function migrationOptions(config: PostgresConfig): PostgresOptions {
  const extra = {
    connectionString: config.url,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
  };
  return { ...postgresOptions(config), poolSize: 2, maxQueryExecutionTime: undefined, extra };
}

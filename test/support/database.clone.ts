import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { PostgresConfig } from '../../src/config/app-config.js';

/** What the run's setup tells its workers, which inherit its environment. */
export interface RunVariables {
  /** Where the run keeps its files; removed with everything in it when the run ends. */
  readonly folder: string;
  /** Of the maintenance database; absent: the run is on the embedded database. */
  readonly serverUrl?: string;
  /** The database, or the data folder, to copy. */
  readonly template: string;
}

const VARIABLE = 'CHAT_TEST_RUN';

export function setRunVariables(variables: RunVariables): void {
  process.env[VARIABLE] = JSON.stringify(variables);
}

export function runVariables(): RunVariables {
  const variables = process.env[VARIABLE];
  if (!variables)
    throw new Error('No database was prepared: is the test in a project with database.setup.ts?');
  return JSON.parse(variables) as RunVariables;
}

/** A name for a database that no other run on the same server has. */
export function uniqueName(): string {
  return `chat_test_${randomUUID().replaceAll('-', '')}`;
}

/** Does `work` on a connection of its own to `url`. */
export async function onServer<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await onServer(serverUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
}

/** The database `name` on the server of `serverUrl`, with the service's usual timeouts. */
export function postgresConfig(serverUrl: string, name: string): PostgresConfig {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    kind: 'postgres',
    url: url.href,
    poolSize: 5,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 15_000,
    idleInTransactionTimeoutMs: 15_000,
  };
}

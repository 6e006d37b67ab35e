import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { PostgresConfig } from '../../../src/config/app-config.js';

/** The databases that tests copy, by the kind of database. */
export interface Templates {
  /** The URL is that of the maintenance database. */
  readonly postgres: { readonly serverUrl: string; readonly name: string };
  readonly embedded: { readonly dataDir: string };
}

const FOLDER = 'CHAT_TEST_FOLDER';
const variableOf = (kind: keyof Templates) => `CHAT_TEST_TEMPLATE_${kind.toUpperCase()}`;

/** The setup of a run writes its environment, which the workers inherit. */
export function setRunFolder(folder: string): void {
  process.env[FOLDER] = folder;
}

/** Where the run keeps its files; removed with everything in it when the run ends. */
export function runFolder(): string {
  const folder = process.env[FOLDER];
  if (folder === undefined)
    throw new Error('No database was prepared: does the project of this test have a setup?');
  return folder;
}

export function addTemplate<Kind extends keyof Templates>(kind: Kind, template: Templates[Kind]): void {
  process.env[variableOf(kind)] = JSON.stringify(template);
}

/** @throws Error in a run whose setup did not make one */
export function templateOf<Kind extends keyof Templates>(kind: Kind): Templates[Kind] {
  const template = process.env[variableOf(kind)];
  if (template === undefined) throw new Error(`This run has no ${kind} database`);
  return JSON.parse(template) as Templates[Kind];
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

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { DatabaseConfig } from '../../src/config/app-config.js';
import { openDatabase } from '../../src/database/connection/open-database.js';
import { dropDatabase, onServer, postgresConfig, setRunVariables, uniqueName } from './database.clone.js';
import { startPostgresServer } from './database.server.js';

/** A migrated, empty database that the tests copy. */
export interface Template {
  /** One line for the run's output. */
  readonly description: string;
  remove(): Promise<void>;
}

/** Makes the template of a run and tells the workers, by the environment, where it is. */
export async function makeTemplate(): Promise<Template> {
  Logger.overrideLogger(['warn', 'error', 'fatal']);
  const folder = mkdtempSync(join(tmpdir(), 'llm-chat-test-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  try {
    const template =
      process.env['TEST_DATABASE'] === 'postgres' ? makeInPostgres(folder) : makeEmbedded(folder);
    const { description, remove } = await template;
    return { description, remove: () => remove().finally(removeFolder) };
  } catch (error) {
    removeFolder();
    throw error;
  }
}

async function makeInPostgres(folder: string): Promise<Template> {
  const given = process.env['TEST_DATABASE_URL'];
  const server = given ? null : await startPostgresServer();
  const serverUrl = server?.url ?? given!;
  const template = uniqueName();
  try {
    const version = await onServer(serverUrl, async (client) => {
      await client.query(`CREATE DATABASE ${template}`);
      const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
      return rows[0]?.server_version;
    });
    await migrate(postgresConfig(serverUrl, template));
    setRunVariables({ folder, serverUrl, template });
    const origin = server ? 'started for this run' : `TEST_DATABASE_URL, ${new URL(serverUrl).host}`;
    return {
      description: `PostgreSQL ${version} (${origin})`,
      remove: () => (server ? server.stop() : dropDatabase(serverUrl, template)),
    };
  } catch (error) {
    await server?.stop();
    throw error;
  }
}

async function makeEmbedded(folder: string): Promise<Template> {
  const template = join(folder, 'template');
  await migrate({ kind: 'embedded', dataDir: template });
  setRunVariables({ folder, template });
  return { description: 'the embedded PostgreSQL', remove: () => Promise.resolve() };
}

async function migrate(config: DatabaseConfig): Promise<void> {
  const dataSource = await openDatabase(config, []);
  await dataSource.destroy();
}

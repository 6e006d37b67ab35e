import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { DatabaseConfig } from '../../../src/config/app-config.js';
import { openDatabase } from '../../../src/database/connection/open-database.js';
import {
  dropDatabase,
  onServer,
  postgresConfig,
  addTemplate,
  runFolder,
  setRunFolder,
  uniqueName,
} from './database.clone.js';
import { startPostgresServer } from './database.server.js';

/** Undoes what was made, the last first. */
const undo: (() => Promise<void> | void)[] = [];

/** Makes a migrated, empty database in a PostgreSQL, which `TEST_DATABASE_URL` names or the run starts. */
export async function makePostgresTemplate(): Promise<void> {
  makeFolder();
  const given = process.env['TEST_DATABASE_URL'];
  const server = given ? null : await startPostgresServer();
  const serverUrl = server?.url ?? given!;
  const name = uniqueName();
  undo.push(() => (server ? server.stop() : dropDatabase(serverUrl, name)));
  const version = await onServer(serverUrl, async (client) => {
    await client.query(`CREATE DATABASE ${name}`);
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version;
  });
  await migrate(postgresConfig(serverUrl, name));
  addTemplate('postgres', { serverUrl, name });
  const origin = server ? 'started for this run' : `TEST_DATABASE_URL, ${new URL(serverUrl).host}`;
  process.stdout.write(`Databases under test: PostgreSQL ${version} (${origin})\n`);
}

/** Makes a migrated, empty embedded database. */
export async function makeEmbeddedTemplate(): Promise<void> {
  makeFolder();
  const dataDir = join(runFolder(), 'template');
  await migrate({ kind: 'embedded', dataDir });
  addTemplate('embedded', { dataDir });
  process.stdout.write('Databases under test: the embedded PostgreSQL\n');
}

/** Removes both, and the run's folder. */
export async function removeTemplates(): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step();
}

/** Also builds what tests start in processes of their own: within a test, that would be part of its time. */
function makeFolder(): void {
  Logger.overrideLogger(['warn', 'error', 'fatal']);
  if (undo.length > 0) return;
  const { status } = spawnSync(process.execPath, ['tools/build-when-stale.mjs'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('The service could not be built');
  const folder = mkdtempSync(join(tmpdir(), 'llm-chat-test-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  setRunFolder(folder);
}

async function migrate(config: DatabaseConfig): Promise<void> {
  const dataSource = await openDatabase(config, []);
  await dataSource.destroy();
}

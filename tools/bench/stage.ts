import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Workspace } from '../chaos/stage/workspace.js';
import { type PostgresServer, startPostgresServer } from '../../test/support/database/database.server.js';
import { CORE, LOADER, pin, saying, startChild } from './child-process.js';
import type { MeasuredStage } from './measure.js';

export interface OpenStage extends MeasuredStage {
  readonly serverUrl: string;
  close(): Promise<void>;
}

/** @returns the port of the model server */
export async function startModel(workspace: Workspace): Promise<number> {
  const command = [process.execPath, ...LOADER, join(import.meta.dirname, 'model-server.ts')];
  const model = startChild(workspace, { name: 'model', core: CORE.others, command });
  const [, port] = await saying(model, /^ready (\d+)$/m);
  return Number(port);
}

/**
 * Starts what all targets share: the model server, a real PostgreSQL that waits for its disk, a copy of the build.
 * @param settings of PostgreSQL, as `name=value`
 */
export async function openStage(workspace: Workspace, settings: readonly string[] = []): Promise<OpenStage> {
  workspace.copyBuild();
  const modelPort = await startModel(workspace);
  const server = await startPostgresServer({ isDurable: true, settings });
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const postmasterPid = await mainProcessOf(client);
  pin(postmasterPid, CORE.others);
  let databases = 0;
  return {
    workspace,
    modelPort,
    postmasterPid,
    serverUrl: server.url,
    async makeDatabase() {
      const name = `bench_${++databases}`;
      await client.query(`CREATE DATABASE ${name}`);
      return databaseUrl(server, name);
    },
    async close() {
      await client.end();
      await server.stop();
    },
  };
}

function databaseUrl({ url }: PostgresServer, name: string): string {
  return url.replace(/\/postgres$/, `/${name}`);
}

async function mainProcessOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
  return Number(readFileSync(join(rows[0]?.data_directory ?? '', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

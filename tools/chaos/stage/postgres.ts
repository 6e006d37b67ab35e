import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type PostgresServer, startPostgresServer } from '../../../test/support/database/database.server.js';

/** A PostgreSQL that can crash. */
export class CrashingPostgres {
  private constructor(
    private readonly server: PostgresServer,
    private readonly dataFolder: string,
  ) {}

  /** @param settings as `name=value`; it waits for the disk in any case */
  static async start(settings: readonly string[]): Promise<CrashingPostgres> {
    const server = await startPostgresServer({ isDurable: true, settings });
    const [row] = await ask<{ data_directory: string }>(server.url, 'SHOW data_directory');
    return new CrashingPostgres(server, row!.data_directory);
  }

  get url(): string {
    return this.server.url;
  }

  /** What is there so far survives a crash, whatever its settings. */
  async checkpoint(): Promise<void> {
    await ask(this.url, 'CHECKPOINT');
  }

  /** Ends all its processes at once by SIGKILL: what was in their memory alone is gone. */
  async crash(): Promise<void> {
    const main = Number(readFileSync(join(this.dataFolder, 'postmaster.pid'), 'utf8').split('\n')[0]);
    // It must see none of the others end, or it would begin to put things in order.
    process.kill(main, 'SIGSTOP');
    for (const pid of childrenOf(main)) killIfThere(pid);
    await this.server.kill();
  }

  async restart(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.server.restart();
      } catch (error) {
        if (tries === 20) throw error;
        await sleep(250);
      }
    }
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}

async function ask<Row extends pg.QueryResultRow>(url: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

function childrenOf(parent: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([pid = 0, of]) => (of === parent ? [pid] : []));
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}

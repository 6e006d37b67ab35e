import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import pg from 'pg';
import { type ChildService, startChildService } from '../support/programs/child-service.js';
import { setRunFolder } from '../support/database/database.clone.js';
import { startPostgresServer } from '../support/database/database.server.js';

export type DatabaseName = 'embedded' | 'PostgreSQL';

/** What a service went through since it was last asked. */
export interface Strain {
  /** The longest that the event loop was blocked, in milliseconds. */
  readonly blockMs: number;
  /** The most that was in use of the heap, in bytes. */
  readonly heapBytes: number;
  /** The longest that the other caller waited for GET /health/live, in milliseconds. */
  readonly healthMs: number;
  readonly healthFailures: number;
  /** How late a timer of the other caller was, which does nothing else: the machine's part, in milliseconds. */
  readonly noiseMs: number;
  readonly databaseBytes: number;
}

/** A service of 256 MB of heap, its database, and another caller. */
export interface Stage {
  readonly service: ChildService;
  /** Also begins again. @throws Error when the process has ended */
  strain(): Promise<Strain>;
  close(): Promise<void>;
}

/** Runs in the service before its own program. */
const PROBE = `
  import { monitorEventLoopDelay } from 'node:perf_hooks';
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  let heapBytes = 0;
  const sample = () => { heapBytes = Math.max(heapBytes, process.memoryUsage().heapUsed); };
  setInterval(sample, 10).unref();
  let count = 0;
  process.on('SIGUSR2', () => {
    sample();
    process.stdout.write('strain ' + ++count + ': ' + JSON.stringify({ blockMs: delay.max / 1e6, heapBytes }) + '\\n');
    delay.reset();
    heapBytes = 0;
  });
`;

const NODE_OPTIONS = `--max-old-space-size=256 --import=data:text/javascript,${encodeURIComponent(PROBE)}`;

export async function openStage(name: DatabaseName): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  setRunFolder(folder);
  const server = name === 'embedded' ? null : await startPostgresServer();
  const environment = {
    NODE_OPTIONS,
    LOG_LEVEL: 'fatal',
    ...(server ? { DATABASE_URL: server.url } : { DATA_DIR: join(folder, 'data') }),
  };
  const service = await startChildService({ environment });
  const prober = new Worker(join(import.meta.dirname, 'prober.mjs'), { workerData: service.url });
  const measureDatabase = () =>
    sizeOf(server ? { connectionString: server.url } : { host: socketFolder(folder), user: 'postgres' });
  let count = 0;
  return {
    service,
    async strain() {
      prober.postMessage('take');
      const [health] = (await once(prober, 'message')) as [
        { worstMs: number; failures: number; noiseMs: number },
      ];
      service.kill('SIGUSR2');
      const [, text = ''] = await service.says(new RegExp(`^strain ${++count}: (.+)$`, 'm'));
      const own = JSON.parse(text) as Pick<Strain, 'blockMs' | 'heapBytes'>;
      return {
        ...own,
        healthMs: health.worstMs,
        healthFailures: health.failures,
        noiseMs: health.noiseMs,
        databaseBytes: await measureDatabase(),
      };
    },
    async close() {
      await prober.terminate();
      await service.stop();
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Where the embedded database listens, as far as the path of its socket is short enough. */
function socketFolder(folder: string): string {
  const beside = join(folder, 'data', 'socket');
  if (!existsSync(beside)) throw new Error('The path of TMPDIR is too long for the socket of the database');
  return beside;
}

async function sizeOf(config: pg.ClientConfig): Promise<number> {
  const client = new pg.Client({ database: 'postgres', ...config });
  await client.connect();
  try {
    const { rows } = await client.query<{ size: string }>(
      'SELECT pg_database_size(current_database()) AS size',
    );
    return Number(rows[0]!.size);
  } finally {
    await client.end();
  }
}

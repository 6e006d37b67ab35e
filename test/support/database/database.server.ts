import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PostgresBinaries, preparePostgresBinaries } from './database.binaries.js';
import { freePort } from '../programs/free-port.js';

/** A PostgreSQL server of the tests' own. */
export interface PostgresServer {
  /** Of its maintenance database, `postgres`, as a superuser. */
  readonly url: string;
  /** Ends it and removes its data. */
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
  /** The folder that its own is made in; by default that of temporary files. */
  readonly parentFolder?: string;
}

interface Cluster extends Required<Pick<ServerOptions, 'isDurable' | 'settings'>> {
  readonly binaries: PostgresBinaries;
  readonly folder: string;
  readonly port: number;
}

const ENVIRONMENT = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };

/** Makes and starts one (about two seconds). It ends with this process, however that ends. */
export async function startPostgresServer({
  parentFolder = tmpdir(),
  ...options
}: ServerOptions = {}): Promise<PostgresServer> {
  const binaries = preparePostgresBinaries();
  const folder = mkdtempSync(join(parentFolder, 'llm-chat-test-postgres-'));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
    binaries.remove();
  };
  try {
    const { uid, gid } = binaries.identity;
    if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
    const cluster = { isDurable: false, settings: [], ...options, binaries, folder, port: await freePort() };
    const password = await initialise(cluster);
    let server = await start(cluster);
    const watch = endWithThisProcess(folder);
    const hasEnded = () => server.exitCode !== null || server.signalCode !== null;
    return {
      url: `postgresql://postgres:${password}@127.0.0.1:${cluster.port}/postgres`,
      async stop() {
        await signalAndWait(watch, 'SIGKILL');
        if (!hasEnded()) await signalAndWait(server, 'SIGQUIT');
        remove();
      },
      async kill() {
        if (hasEnded()) return;
        const backends = childrenOf(server);
        const killed = signalAndWait(server, 'SIGKILL');
        // A backend that has not noticed yet would store what a test says after the kill.
        for (const backend of backends) killIfAlive(backend);
        await killed;
      },
      async restart() {
        server = await start(cluster);
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

async function initialise({ binaries, folder, isDurable }: Cluster): Promise<string> {
  const password = randomBytes(12).toString('hex');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o644 });
  // The locale of the embedded database, from PostgreSQL's own tables and the same on every system.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const speed = isDurable ? [] : ['--no-sync'];
  const initdb = spawn(
    binaries.initdb,
    [`--pgdata=${join(folder, 'data')}`, ...locale, ...access, ...speed],
    {
      ...binaries.identity,
      env: ENVIRONMENT,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const log = collect(initdb);
  const [code] = (await once(initdb, 'close')) as [number | null];
  if (code !== 0) throw new Error(`initdb failed:\n${log.join('')}`);
  return password;
}

async function start({ binaries, folder, port, isDurable, settings }: Cluster): Promise<ChildProcess> {
  const flags = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'max_connections=200',
  ];
  if (!isDurable) flags.push('fsync=off', 'full_page_writes=off');
  const options = [...flags, ...settings].flatMap((flag) => ['-c', flag]);
  const server = spawn(binaries.postgres, ['-D', join(folder, 'data'), ...options], {
    ...binaries.identity,
    env: ENVIRONMENT,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl+C in the terminal is for the tests; they end the server when they are done with it.
    detached: true,
  });
  const log = collect(server);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${log.slice(-20).join('')}`)));
    server.stderr.on('data', () => {
      if (log.join('').includes('ready to accept connections')) resolve(server);
    });
  });
}

function collect(child: ChildProcess): string[] {
  const log: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => log.push(text));
  return log;
}

/** A shell that waits for its input to end, which it does with this process, and then ends the server. */
function endWithThisProcess(folder: string): ChildProcess {
  const script = 'cat > /dev/null; kill -QUIT "$(head -n 1 "$0/data/postmaster.pid")"; rm -rf "$0"';
  const watch = spawn('sh', ['-c', script, folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watch.unref();
  return watch;
}

/** Where the system tells; else none. */
function childrenOf({ pid }: ChildProcess): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  return existsSync(file) ? (readFileSync(file, 'utf8').match(/\d+/g) ?? []).map(Number) : [];
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself meanwhile.
  }
}

async function signalAndWait(child: ChildProcess, signal: 'SIGQUIT' | 'SIGKILL'): Promise<void> {
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

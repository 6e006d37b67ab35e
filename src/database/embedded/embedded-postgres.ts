import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Logger } from '@nestjs/common';
import { StartError } from '../../common/errors/start-error.js';
import type { Engine } from './embedded-engine.js';
import { DataFolderInUseError, forgetHolder, readHolder, writeHolder } from './embedded-holder.js';
import type { FolderLock } from './folder-lock.js';

/** The embedded database, as a PostgreSQL that listens on a Unix socket. */
export interface EmbeddedPostgres {
  /** The host for a driver. Of mode 0700: every process that can reach the socket gets in. */
  readonly socketFolder: string;
  /** Whether it belongs to another process, and is only used here. */
  readonly isJoined: boolean;
  /** Stops it and lets go of the folder. To be called after the last connection was closed; twice is once. */
  close(): Promise<void>;
}

/** PostgreSQL's own name for a socket, which drivers look for. */
export const SOCKET_NAME = '.s.PGSQL.5432';

/** Of a socket's path, in bytes: 103 on macOS, 107 on Linux. */
const LONGEST_SOCKET_PATH = 103;
const TEMPORARY_PREFIX = 'llm-chat-service-';

/**
 * Opens the database in `dataDir`, and makes it first when there is none (a few seconds).
 *
 * It survives `kill -9` of this process with nothing acknowledged lost; it does not `fsync`, so a power
 * cut may cost it the last seconds.
 * @throws DataFolderInUseError when another process has it open
 * @throws StartError when the folder cannot be made or written to
 */
export async function openEmbeddedPostgres(dataDir: string): Promise<EmbeddedPostgres> {
  const root = resolve(dataDir);
  makeWritable(root);
  // Loaded here so that a service with a PostgreSQL of its own loads neither SQLite nor PGlite.
  const { tryLock } = await import('./folder-lock.js');
  const lock = tryLock(join(root, 'postgres.lock'));
  if (!lock) throw new DataFolderInUseError(root, readHolder(root)?.pid);
  try {
    return await openLocked(root, lock);
  } catch (error) {
    forgetHolder(root);
    lock.release();
    throw error;
  }
}

function makeWritable(root: string): void {
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    // SQLite and PGlite would not say which folder it is that they cannot write to.
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(
      `The data folder ${root} cannot be used (${code}). Give another one with DATA_DIR.`,
      {
        cause: error,
      },
    );
  }
}

async function openLocked(root: string, lock: FolderLock): Promise<EmbeddedPostgres> {
  removeLeftSocket(root);
  writeHolder(root, { pid: process.pid });
  const engine = await startIn(root);
  const socketFolder = await listenBeside(root, engine).catch(async (error: unknown) => {
    await engine.close();
    throw error;
  });
  writeHolder(root, { pid: process.pid, socketFolder });
  let closing: Promise<void> | undefined;
  const close = async () => {
    try {
      await engine.close();
    } finally {
      forgetHolder(root);
      rmSync(socketFolder, { recursive: true, force: true });
      lock.release();
    }
  };
  return { socketFolder, isJoined: false, close: () => (closing ??= close()) };
}

async function startIn(root: string): Promise<Engine> {
  const folder = join(root, 'postgres');
  const isBeingMade = join(root, 'postgres.incomplete');
  // Killed while the files were being made: they would never open, and they hold no data yet.
  if (existsSync(isBeingMade)) rmSync(folder, { recursive: true, force: true });
  const isNew = !existsSync(join(folder, 'PG_VERSION'));
  const logger = new Logger('Database');
  if (isNew) {
    logger.log(`Making the embedded database in ${folder}`);
    writeFileSync(isBeingMade, '');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  const { startEngine } = await import('./embedded-engine.js');
  const engine = await startEngine(folder, (error) => {
    logger.fatal(
      'The embedded database failed. Restart the service.',
      error instanceof Error ? error.stack : undefined,
    );
  }).catch((cause: unknown) => {
    throw new Error(`The embedded database in ${folder} cannot be opened`, { cause });
  });
  if (isNew) rmSync(isBeingMade);
  return engine;
}

/** Listens in the data folder, or in one of the system's for temporary files where that cannot be. */
async function listenBeside(root: string, engine: Engine): Promise<string> {
  const folder = join(root, 'socket');
  if (Buffer.byteLength(join(folder, SOCKET_NAME)) <= LONGEST_SOCKET_PATH) {
    try {
      mkdirSync(folder, { mode: 0o700 });
      await engine.listen(join(folder, SOCKET_NAME));
      return folder;
    } catch {
      // Some file systems, such as folders shared with a virtual machine, hold no sockets.
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return listenInTemporaryFolder(engine);
}

async function listenInTemporaryFolder(engine: Engine): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), TEMPORARY_PREFIX));
  await engine.listen(join(folder, SOCKET_NAME));
  return folder;
}

/** Removes the socket of a killed process: no other process has the folder open now. */
function removeLeftSocket(root: string): void {
  rmSync(join(root, 'socket'), { recursive: true, force: true });
  const left = readHolder(root)?.socketFolder;
  if (left?.startsWith(join(tmpdir(), TEMPORARY_PREFIX))) rmSync(left, { recursive: true, force: true });
}

/** An empty database that is nowhere kept: to compare schemas in. */
export async function openScratchPostgres(): Promise<EmbeddedPostgres> {
  const { startEngine } = await import('./embedded-engine.js');
  const engine = await startEngine('memory://', () => undefined);
  const socketFolder = await listenInTemporaryFolder(engine);
  const close = async () => {
    await engine.close();
    rmSync(socketFolder, { recursive: true, force: true });
  };
  return { socketFolder, isJoined: false, close };
}

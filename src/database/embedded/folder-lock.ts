import { DatabaseSync } from 'node:sqlite';

/** A file lock of the operating system: it ends with the process, however that ends, and never goes stale. */
export interface FolderLock {
  release(): void;
}

const SQLITE_BUSY = 5;

/** Referenced here so that no lock is let go because its holder was garbage collected. */
const held = new Set<DatabaseSync>();

/**
 * Locks `lockFile`, which is made when it is missing.
 *
 * Node has no call for file locks, but its SQLite takes one on a database that it writes to. A file with a
 * process id would do worse: after `kill -9` the id may soon belong to another program.
 * @returns null when another process, or another part of this one, holds the lock
 */
export function tryLock(lockFile: string): FolderLock | null {
  const file = new DatabaseSync(lockFile);
  try {
    file.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if (isBusy(error)) return null;
    throw error;
  }
  held.add(file);
  return {
    release() {
      if (held.delete(file)) file.close();
    },
  };
}

function isBusy(error: unknown): boolean {
  const code = (error as { errcode?: unknown }).errcode;
  // The low byte is the error, the rest says more about it.
  return typeof code === 'number' && (code & 0xff) === SQLITE_BUSY;
}

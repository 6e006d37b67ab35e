import { resolve } from 'node:path';
import type { DatabaseConfig, EmbeddedDatabaseConfig } from '../config/app-config.js';
import { readHolder } from './embedded/embedded-holder.js';

const GIVE_UP_AFTER_MS = 30_000;

/**
 * The database as a command uses it: it joins the embedded database of a service that is running, and waits 30 s for
 * a PostgreSQL, because a person waits for the command.
 */
export function toToolDatabase(config: DatabaseConfig): DatabaseConfig {
  return config.kind === 'embedded'
    ? { ...config, joinsRunningService: true }
    : { ...config, giveUpAfterMs: GIVE_UP_AFTER_MS };
}

/** Whether a service seems to have the embedded database open, which a command would join. */
export function isHeld({ dataDir }: EmbeddedDatabaseConfig): boolean {
  const holder = readHolder(resolve(dataDir));
  return holder !== null && isAlive(holder.pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

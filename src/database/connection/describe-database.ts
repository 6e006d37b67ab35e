import { resolve } from 'node:path';
import pg from 'pg';
import { StartError } from '../../common/errors/start-error.js';
import type { DatabaseConfig } from '../../config/app-config.js';

/**
 * Which database a configuration means, in words for the person who starts the service or a command: host, port and
 * name as the driver reads them, or the folder. Never the user or the password.
 * @throws StartError when the driver cannot read the URL, such as a URL that names a missing certificate
 */
export function describeDatabase(config: DatabaseConfig): string {
  if (config.kind === 'embedded') return `embedded, in ${resolve(config.dataDir)}`;
  const { host, port, database } = read(config.url);
  if (host.startsWith('/')) return `PostgreSQL on the socket in ${host}, database ${database}`;
  return `PostgreSQL at ${host.includes(':') ? `[${host}]` : host}:${port}/${database}`;
}

function read(url: string): { host: string; port: number; database: string } {
  try {
    const { host, port, database = '' } = new pg.Client({ connectionString: url });
    return { host, port, database };
  } catch (cause) {
    throw new StartError(`DATABASE_URL cannot be used: ${(cause as Error).message}`, { cause });
  }
}

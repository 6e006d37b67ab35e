import type { AppConfig } from '../config/app-config.js';
import { StartError } from '../common/errors/start-error.js';

const TIMEOUT_MS = 1_000;

/**
 * Refuses a command that would work on the embedded database for want of a `DATABASE_URL`, while a service answers
 * at this address that has another database: a key would be made where that service does not look for it.
 * To be called when no running service has the embedded database.
 * @throws StartError
 */
export async function expectNoServiceElsewhere({ http }: AppConfig): Promise<void> {
  const host = ['0.0.0.0', '::'].includes(http.host) ? '127.0.0.1' : http.host;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${http.port}`;
  if (http.port === 0 || !(await isService(url))) return;
  throw new StartError(
    `The service that runs at ${url} does not use this database. Give the command the DATABASE_URL of the service, ` +
      'or write it into .env, which both read. DATABASE=embedded insists on the embedded database.',
  );
}

/** Whether a service of this kind answers, and not any other program. */
async function isService(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/api/ping`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return ((await answer.json()) as { message?: unknown } | null)?.message === 'pong';
  } catch {
    return false;
  }
}

import { once } from 'node:events';
import { createServer } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { StartError } from '../common/errors/start-error.js';
import type { HttpConfig } from '../config/app-config.js';

/**
 * Says at once that the address cannot be had: to open the database, and perhaps to make it, takes many seconds.
 * The port is free again afterwards: until the database is open nothing listens on it.
 * @throws StartError
 */
export async function expectFreeAddress({ host, port }: HttpConfig): Promise<void> {
  const server = createServer().listen({ host, port, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw toListenError(cause, { host, port });
  }
  server.close();
  await once(server, 'close');
}

/** Listens on the configured address. @throws StartError when it cannot be had */
export async function listen(app: INestApplication, { host, port }: HttpConfig): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (cause) {
    throw toListenError(cause, { host, port });
  }
}

/** Why the service cannot listen, in words. */
function toListenError(cause: unknown, { host, port }: Pick<HttpConfig, 'host' | 'port'>): StartError {
  const { code } = cause as NodeJS.ErrnoException;
  return code === 'EADDRINUSE'
    ? new StartError(`Port ${port} of ${host} is in use by another program. Give another one with PORT.`, {
        cause,
      })
    : new StartError(`The service cannot listen on ${host}, port ${port} (${code}): see HOST and PORT.`, {
        cause,
      });
}

import { type AddressInfo, createServer, type Server } from 'node:net';
import { Logger } from '@nestjs/common';
import { parseEnvironment } from '../config/environment.js';
import { migrationOptions, type PostgresOptions } from './data-source.options.js';
import { connectWhenReachable, DatabaseUnreachableError } from './reach.js';

const GIVE_UP_AFTER_MS = 1_200;

/** Real: TCP, and the driver. */
describe('connectWhenReachable, with an end', () => {
  let server: Server | undefined;
  beforeAll(() => void Logger.overrideLogger(false));
  afterEach(() => void server?.close());

  function optionsFor(port: number): PostgresOptions {
    const { database } = parseEnvironment({
      DATABASE_URL: `postgres://u:hunter2@127.0.0.1:${port}/chat`,
      // Longer than the whole wait: the end counts.
      DATABASE_CONNECT_TIMEOUT_MS: '60000',
    });
    if (database.kind !== 'postgres') throw new Error('No PostgreSQL');
    return migrationOptions(database);
  }

  async function expectEnd(port: number): Promise<void> {
    const startedAt = performance.now();
    const connecting = connectWhenReachable(optionsFor(port), GIVE_UP_AFTER_MS);
    const error: unknown = await connecting.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DatabaseUnreachableError);
    expect((error as Error).message).toMatch(
      /^The database could not be reached within 1\.2 s \(.+\)\. Check DATABASE_URL/,
    );
    expect((error as Error).message).not.toContain('hunter2');
    expect(performance.now() - startedAt).toBeLessThan(3 * GIVE_UP_AFTER_MS);
  }

  it('gives up where nothing listens', () => expectEnd(1));

  it('gives up where a server takes the connection and says nothing', async () => {
    const silent = createServer();
    server = silent;
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    await expectEnd((silent.address() as AddressInfo).port);
  });
});

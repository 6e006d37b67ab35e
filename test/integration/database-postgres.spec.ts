import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { StartError } from '../../src/common/errors/start-error.js';
import type { PostgresConfig } from '../../src/config/app-config.js';
import { databaseErrorToAppError, kindOfDatabaseError } from '../../src/database/database-error.js';
import { DatabaseHealth } from '../../src/database/database-health.js';
import { MIGRATIONS } from '../../src/database/migrations.js';
import { openDatabase } from '../../src/database/connection/open-database.js';
import { inTransaction } from '../../src/database/transaction.js';
import { onServer, postgresConfig, templateOf } from '../support/database/database.clone.js';
import { createEmptyDatabase } from '../support/database/database.js';
import { type PostgresServer, startPostgresServer } from '../support/database/database.server.js';

// Real: a PostgreSQL server, and one of a test's own where it is stopped and started.

const REPLICAS = 10;

/** Collects what is logged, and waits for it. */
function listenToLog() {
  const messages: string[] = [];
  const waiting: { text: string; resolve: (message: string) => void }[] = [];
  const hear = (message: unknown) => {
    messages.push(String(message));
    for (const { text, resolve } of waiting) if (messages.at(-1)?.includes(text)) resolve(String(message));
  };
  Logger.overrideLogger({ log: hear, warn: hear, error: hear, debug: hear, fatal: hear });
  const next = (text: string) => new Promise<string>((resolve) => waiting.push({ text, resolve }));
  return { messages, next };
}

afterEach(() => {
  Logger.overrideLogger(['fatal']);
});

describe('migrating (not on the embedded database, which one process alone has)', () => {
  let config: PostgresConfig;
  let drop: () => Promise<void>;
  beforeEach(async () => {
    ({ config, drop } = await createEmptyDatabase());
  });
  afterEach(() => drop());

  it('is done once by ten replicas that start at once', async () => {
    const replicas = await Promise.all(Array.from({ length: REPLICAS }, () => openDatabase(config, [])));
    const rows = await replicas[0]!.query<{ name: string }[]>('SELECT name FROM migration ORDER BY id');
    expect(rows.map(({ name }) => name)).toEqual(MIGRATIONS.map(({ name }) => name));
    await Promise.all(replicas.map((replica) => replica.destroy()));
  });

  it('waits for another replica longer than any timeout of the server allows a statement', async () => {
    const name = new URL(config.url).pathname.slice(1);
    await onServer(config.url, (client) =>
      client.query(`ALTER DATABASE ${name} SET statement_timeout = '50ms'`),
    );
    await onServer(config.url, (client) => client.query(`ALTER DATABASE ${name} SET lock_timeout = '50ms'`));
    const { next } = listenToLog();
    const isWaiting = next('Another instance is migrating');
    const opening = await onServer(config.url, async (other) => {
      await other.query('SET statement_timeout = 0; BEGIN; SELECT pg_advisory_xact_lock(7311404285512397)');
      const opened = openDatabase(config, []);
      await isWaiting;
      await other.query('SELECT pg_sleep(0.3)');
      await other.query('COMMIT');
      return opened;
    });
    await expect(opening.query('SELECT count(*) FROM turn')).resolves.toHaveLength(1);
    await opening.destroy();
  });

  it('needs no second connection of the service’s pool', async () => {
    const dataSource = await openDatabase({ ...config, poolSize: 1 }, []);
    await expect(dataSource.query('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
    await dataSource.destroy();
  });
});

describe('a database that cannot be used (the embedded one always can)', () => {
  let config: PostgresConfig;
  let drop: () => Promise<void>;
  beforeEach(async () => {
    ({ config, drop } = await createEmptyDatabase());
  });
  afterEach(() => drop());

  it('is refused by name where the user may not create tables', async () => {
    const name = new URL(config.url).pathname.slice(1);
    await onServer(config.url, (client) =>
      client.query(
        `CREATE USER "${name}" PASSWORD 'chat'; GRANT ALL PRIVILEGES ON DATABASE ${name} TO "${name}"; ` +
          'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
      ),
    );
    const url = new URL(config.url);
    Object.assign(url, { username: name, password: 'chat' });
    try {
      const error: unknown = await openDatabase({ ...config, url: url.href }, []).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(StartError);
      expect((error as Error).message).toBe(
        `The user ${name} may not create tables in the database ${name} (permission denied for schema public). ` +
          `As its administrator: ALTER DATABASE ${name} OWNER TO ${name}`,
      );
      await onServer(config.url, (client) => client.query(`ALTER DATABASE ${name} OWNER TO ${name}`));
      await (await openDatabase({ ...config, url: url.href }, [])).destroy();
    } finally {
      await drop();
      await onServer(templateOf('postgres').serverUrl, (client) => client.query(`DROP USER "${name}"`));
    }
  });

  it('is refused by its encoding where that has not all characters, before anything is made in it', async () => {
    const name = new URL(config.url).pathname.slice(1);
    const serverUrl = templateOf('postgres').serverUrl;
    await drop();
    await onServer(serverUrl, (client) =>
      client.query(`CREATE DATABASE ${name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`),
    );
    await expect(openDatabase(config, [])).rejects.toThrow(
      new StartError(
        "The database has the encoding LATIN1. Make one with ENCODING 'UTF8' TEMPLATE template0.",
      ),
    );
    const tables = await onServer(config.url, (client) =>
      client.query("SELECT 1 FROM pg_tables WHERE schemaname = 'public'"),
    );
    expect(tables.rowCount).toBe(0);
  });
});

describe('the timeouts (the embedded database has none)', () => {
  let config: PostgresConfig;
  let drop: () => Promise<void>;
  let dataSource: DataSource;

  beforeEach(async () => {
    ({ config, drop } = await createEmptyDatabase());
    const short = {
      statementTimeoutMs: 100,
      idleInTransactionTimeoutMs: 100,
      connectTimeoutMs: 1_000,
      poolSize: 1,
    };
    dataSource = await openDatabase({ ...config, ...short }, []);
  });

  afterEach(async () => {
    await dataSource.destroy();
    await drop();
  });

  const failureOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => null,
      (error: unknown) => error,
    );

  it('end a statement that takes too long', async () => {
    const failure = await failureOf(dataSource.query('SELECT pg_sleep(10)'));
    expect(kindOfDatabaseError(failure)).toBe('timeout');
    expect(databaseErrorToAppError(failure)).toMatchObject({ code: 'database_unavailable' });
  });

  it('end a transaction that its owner abandoned', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    const connection = (await runner.connect()) as NodeJS.EventEmitter;
    await new Promise((resolve) => connection.once('end', resolve));
    expect(kindOfDatabaseError(await failureOf(runner.query('SELECT 1')))).toBe('unreachable');
    await runner.release();
    await expect(dataSource.query('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });

  it('end the wait for a connection when all are taken', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.connect();
    const failure = await failureOf(dataSource.query('SELECT 1'));
    expect(databaseErrorToAppError(failure)).toMatchObject({ code: 'database_unavailable' });
    await runner.release();
    await expect(dataSource.query('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });

  it('name the service in the server’s list of connections', async () => {
    const rows = await dataSource.query<unknown[]>(
      'SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()',
    );
    expect(rows).toEqual([{ application_name: 'llm-chat-service' }]);
  });
});

describe('transactions in each other’s way (the embedded database runs one at a time)', () => {
  it('are run again', async () => {
    const { config, drop } = await createEmptyDatabase();
    const dataSource = await openDatabase(config, []);
    await dataSource.query(
      `INSERT INTO client (id, name) VALUES (gen_random_uuid(), '1'), (gen_random_uuid(), '2')`,
    );
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let attempts = 0;
    const lockBoth = (mine: string, theirs: string, [done, awaited]: PromiseWithResolvers<void>[]) =>
      inTransaction(dataSource, async (manager) => {
        attempts++;
        await manager.query('SELECT FROM client WHERE name = $1 FOR UPDATE', [mine]);
        done?.resolve();
        await awaited?.promise;
        await manager.query('SELECT FROM client WHERE name = $1 FOR UPDATE', [theirs]);
      });
    await Promise.all([lockBoth('1', '2', [first, second]), lockBoth('2', '1', [second, first])]);
    // PostgreSQL ends one of them, and on a busy machine both.
    expect([3, 4]).toContain(attempts);
    await dataSource.destroy();
    await drop();
  });
});

describe('a server that goes and comes (the embedded database is in the process)', () => {
  let server: PostgresServer;
  let config: PostgresConfig;

  beforeAll(async () => {
    server = await startPostgresServer({ isDurable: true });
    config = postgresConfig(server.url, 'postgres');
  });
  afterAll(() => server.stop());

  it('is waited for at the start, with a warning that keeps the password', async () => {
    await server.kill();
    const { messages, next } = listenToLog();
    const isTrying = next('cannot be reached yet');
    const opening = openDatabase(config, []);
    await expect(isTrying).resolves.toContain('ECONNREFUSED');
    await server.restart();
    const dataSource = await opening;
    await expect(dataSource.query('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
    await dataSource.destroy();
    expect(messages.join()).not.toContain(new URL(config.url).password);
  });

  it('is not ready while it is away, and ready when it is back, on the same pool', async () => {
    const dataSource = await openDatabase(config, []);
    const health = new DatabaseHealth(dataSource);
    await expect(health.isReady()).resolves.toBe(true);
    await server.kill();
    await expect(health.isReady()).resolves.toBe(false);
    await server.restart();
    await expect(health.isReady()).resolves.toBe(true);
    await dataSource.destroy();
  });

  it('loses no row that was acknowledged when it is killed', async () => {
    const dataSource = await openDatabase(config, []);
    await dataSource.query(`INSERT INTO client (id, name) VALUES (gen_random_uuid(), 'stored')`);
    await server.kill();
    await server.restart();
    await expect(dataSource.query('SELECT name FROM client')).resolves.toEqual([{ name: 'stored' }]);
    await dataSource.destroy();
  });

  it.each<[string, Partial<URL>, string]>([
    ['a wrong password', { password: 'wrong-password' }, 'password authentication failed'],
    ['an unknown user', { username: 'nobody' }, 'password authentication failed'],
    ['an unknown database', { pathname: '/nothing' }, 'database "nothing" does not exist'],
  ])('refuses %s at once', async (_, change, reason) => {
    const url = Object.assign(new URL(config.url), change).href;
    const refusal: unknown = await openDatabase({ ...config, url }, []).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      name: 'DatabaseRefusedError',
      message: expect.stringContaining(reason) as string,
    });
    expect(String(refusal)).not.toContain(new URL(url).password);
  });

  it('is warned of when it may lose what it acknowledged', async () => {
    await onServer(server.url, (client) =>
      client.query('ALTER DATABASE postgres SET synchronous_commit = off'),
    );
    const { messages } = listenToLog();
    const dataSource = await openDatabase(config, []);
    await dataSource.destroy();
    expect(messages.filter((message) => message.includes('synchronous_commit=off'))).toHaveLength(1);
  });
});

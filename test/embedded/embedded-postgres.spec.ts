import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { EmbeddedDatabaseConfig } from '../../src/config/app-config.js';
import { openDatabase } from '../../src/database/connection/open-database.js';
import { type DatabaseChild, nextLine, startDatabaseChild } from '../support/database/database.child.js';
import { createTestDatabase, emptyFolder, type TestDatabase } from '../support/database/database.js';

// Real: the embedded database, its folder, and processes of their own that use it.

const ACKNOWLEDGED = /^stored (.{36})$/;

const children: DatabaseChild[] = [];
let database: TestDatabase;
let config: EmbeddedDatabaseConfig;

beforeEach(async () => {
  database = await createTestDatabase();
  config = database.config as EmbeddedDatabaseConfig;
});

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill()));
  await database.drop();
});

function start(...task: Parameters<typeof startDatabaseChild>): DatabaseChild {
  const child = startDatabaseChild(...task);
  children.push(child);
  return child;
}

async function listClientIds(): Promise<Set<string>> {
  const dataSource = await openDatabase(config, []);
  const rows = await dataSource.query<{ id: string }[]>('SELECT id FROM client');
  await dataSource.destroy();
  return new Set(rows.map(({ id }) => id));
}

describe('a process killed while it writes to the embedded database', () => {
  it('loses no row that was acknowledged, and leaves a folder that opens again', async () => {
    const acknowledged: string[] = [];
    for (const rows of [1, 57, 200]) {
      const child = start('write', config.dataDir);
      expect(await nextLine(child)).toBe('open own');
      for (let row = 0; row < rows; row++) acknowledged.push(await nextLine(child));
      await child.kill();
      // What it said before the kill reached it was acknowledged too.
      for await (const line of child.lines) acknowledged.push(line);
    }
    const stored = await listClientIds();
    // The kill may have cut the last line off.
    const ids = acknowledged.flatMap((line) => ACKNOWLEDGED.exec(line)?.[1] ?? []);
    expect(ids.length).toBeGreaterThanOrEqual(258);
    expect(ids.filter((id) => !stored.has(id))).toEqual([]);
  });
});

describe('a data folder', () => {
  it('is refused to a second process by name and by the process that has it', async () => {
    const holder = start('hold', config.dataDir);
    expect(await nextLine(holder)).toBe('open own');
    await expect(openDatabase(config, [])).rejects.toThrow(
      `The data folder ${config.dataDir} is in use by process ${holder.pid}. Stop that one,`,
    );
    await expect(holder.release()).resolves.toBe(0);
    await expect(listClientIds()).resolves.toEqual(new Set());
  });

  it('goes to exactly one of two processes that start at once, after a killed process', async () => {
    const killed = start('hold', config.dataDir);
    await nextLine(killed);
    await killed.kill();
    const rivals = [start('hold', config.dataDir), start('hold', config.dataDir)];
    const said = await Promise.all(rivals.map(nextLine));
    expect(said.filter((line) => line === 'open own')).toHaveLength(1);
    expect(said.filter((line) => line.startsWith('failed The data folder'))).toHaveLength(1);
  });

  it('is closed so that the process ends by itself', async () => {
    const child = start('open', config.dataDir);
    expect(await nextLine(child)).toBe('open own');
    await expect(child.ended).resolves.toBe(0);
    expect(readdirSync(config.dataDir).sort()).toEqual(['postgres', 'postgres.lock']);
  });

  it('lets only its owner near the socket', async () => {
    const dataSource = await openDatabase(config, []);
    const { mode } = statSync(join(config.dataDir, 'socket'));
    await dataSource.destroy();
    expect(mode & 0o777).toBe(0o700);
  });
});

describe('a command-line tool', () => {
  it('reaches the database of a running service', async () => {
    const service = await openDatabase(config, []);
    await service.query(`INSERT INTO client (id, name) VALUES (gen_random_uuid(), 'from the service')`);
    const tool = start('join', config.dataDir);
    expect(await nextLine(tool)).toBe('open joined');
    await expect(tool.ended).resolves.toBe(0);
    const [row] = await service.query<{ name: string }[]>('SELECT name FROM client');
    expect(row?.name).toBe('from the service');
    await service.destroy();
  });

  it('opens the database itself when no service runs', async () => {
    const tool = start('join', config.dataDir);
    expect(await nextLine(tool)).toBe('open own');
    await expect(tool.ended).resolves.toBe(0);
  });

  it('that goes away in mid-transaction is rolled back, and the service goes on', async () => {
    const service = await openDatabase(config, []);
    const tool = await openDatabase({ ...config, joinsRunningService: true }, []);
    const runner = tool.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`INSERT INTO client (id, name) VALUES (gen_random_uuid(), 'never committed')`);
    const waiting = service.query('SELECT name FROM client');
    const connection = (await runner.connect()) as { connection: { stream: { destroy(): void } } };
    connection.connection.stream.destroy();
    await expect(waiting).resolves.toEqual([]);
    await service.destroy();
  });

  it('that sends a large value does not get its statement mixed up with the service’s', async () => {
    const service = await openDatabase(config, []);
    const tool = await openDatabase({ ...config, joinsRunningService: true }, []);
    // Both have one parameter of one type: mixed up, each would answer the other's question.
    const large = 'x'.repeat(300_000);
    let isRunning = true;
    const answers = new Set<unknown>();
    const queries = async () => {
      while (isRunning) {
        const [row] = await service.query<{ small: string }[]>(`SELECT 'small ' || $1::text AS small`, [
          'value',
        ]);
        answers.add(row?.small);
      }
    };
    const running = queries();
    for (let round = 0; round < 20; round++) {
      const [row] = await tool.query<{ large: number }[]>('SELECT length($1::text) AS large', [large]);
      expect(row).toEqual({ large: large.length });
    }
    isRunning = false;
    await running;
    expect([...answers]).toEqual(['small value']);
    await tool.destroy();
    await service.destroy();
  });
});

/** A message of PostgreSQL's wire protocol; the first one of a connection has no type. */
function message(type: string, ...parts: (string | Buffer)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)),
  );
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

describe('a connection that breaks inside a failed statement of a transaction', () => {
  it('leaves neither the transaction nor its failure to the next', async () => {
    const service = await openDatabase(config, []);
    const socket = connect(join(config.dataDir, 'socket', '.s.PGSQL.5432'));
    const protocolVersion = Buffer.from([0, 3, 0, 0]);
    socket.write(message('', protocolVersion, 'user', 'postgres', 'database', 'postgres', Buffer.from([0])));
    socket.write(message('Q', 'BEGIN'));
    socket.write(message('Q', `INSERT INTO client (id, name) VALUES (gen_random_uuid(), 'never committed')`));
    socket.write(message('P', '', 'SELECT nonsense FROM nowhere', Buffer.from([0, 0])));
    const answers: Buffer[] = [];
    for await (const chunk of socket) {
      answers.push(chunk as Buffer);
      if (Buffer.concat(answers).includes('"nowhere" does not exist')) break;
    }
    // Leaving the loop destroys the socket: no Sync ever follows the failed Parse.
    await expect(service.query('SELECT name FROM client')).resolves.toEqual([]);
    await service.query(`INSERT INTO client (id, name) VALUES (gen_random_uuid(), 'committed')`);
    await service.destroy();
    await expect(listClientIds()).resolves.toHaveProperty('size', 1);
  });
});

describe('making the database', () => {
  it('starts again after it was interrupted', async () => {
    const { path, remove } = emptyFolder();
    mkdirSync(join(path, 'postgres'));
    writeFileSync(join(path, 'postgres', 'PG_VERSION'), '18\n');
    writeFileSync(join(path, 'postgres.incomplete'), '');
    const dataSource = await openDatabase({ kind: 'embedded', dataDir: path }, []);
    await expect(dataSource.query('SELECT count(*)::int AS count FROM client')).resolves.toEqual([
      { count: 0 },
    ]);
    await dataSource.destroy();
    expect(existsSync(join(path, 'postgres.incomplete'))).toBe(false);
    remove();
  });
});

describe('a data folder whose path is too long for a socket', () => {
  it('has its socket elsewhere, where a tool finds it, and takes it away at the end', async () => {
    const deep = { kind: 'embedded', dataDir: join(config.dataDir, 'x'.repeat(120)) } as const;
    cpSync(join(config.dataDir, 'postgres'), join(deep.dataDir, 'postgres'), { recursive: true });
    const service = await openDatabase(deep, []);
    const holder = JSON.parse(readFileSync(join(deep.dataDir, 'postgres.json'), 'utf8')) as {
      socketFolder: string;
    };
    expect(holder.socketFolder.startsWith(deep.dataDir)).toBe(false);
    expect(statSync(holder.socketFolder).mode & 0o777).toBe(0o700);
    const tool = await openDatabase({ ...deep, joinsRunningService: true }, []);
    await expect(tool.query('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
    await tool.destroy();
    await service.destroy();
    expect(existsSync(holder.socketFolder)).toBe(false);
  });
});

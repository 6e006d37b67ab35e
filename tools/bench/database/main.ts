/**
 * What the size of the database does to the service: opening turns and reading history among ten thousand turns and
 * among ten million, and the statements that a turn takes. `--turns 10000,10000000` names other sizes.
 */
import { statfsSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { Workspace } from '../../chaos/stage/workspace.js';
import { ClientKeyEntity } from '../../../src/auth/client-key.entity.js';
import { ClientEntity } from '../../../src/auth/client.entity.js';
import { ConversationEntity } from '../../../src/chat/conversation/conversation.entity.js';
import { TurnEntity } from '../../../src/chat/turn/turn.entity.js';
import { openDatabase } from '../../../src/database/connection/open-database.js';
import { type Growth, growthOf, growthTable } from './database-growth.js';
import { type MeasuredDatabase, measureOnce } from './database-times.js';
import { thisMachine } from '../report/machine.js';
import { makePast, SMALLEST } from './past-turns.js';
import { writeResult } from '../result.js';
import { type OpenStage, openStage } from '../stage.js';
import { COUNTING, countStatements, statementTable } from './statements.js';

const DEFAULT_SIZES = '10000,10000000';
const ROUNDS = 15;
/** With its indexes and what is written ahead, above what was seen. */
const BYTES_A_TURN = 1_500;
const TIMEOUTS = {
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 600_000,
  idleInTransactionTimeoutMs: 60_000,
};
/** As PostgreSQL's manual would have it: a quarter of the memory. What is not in there is read again for each use. */
const BUFFERS_MB = Math.floor(totalmem() / 2 ** 22);
const SETTINGS = [COUNTING, `shared_buffers=${BUFFERS_MB}MB`, 'max_wal_size=8GB'];

const say = (text: string) => void process.stdout.write(`${text}\n`);

function readSizes(): number[] {
  const { values } = parseArgs({ options: { turns: { type: 'string', default: DEFAULT_SIZES } } });
  const sizes = values.turns.split(',').map(Number);
  if (sizes.some((size) => !(size > 0) || size % SMALLEST !== 0))
    throw new Error(`--turns must be multiples of ${SMALLEST}`);
  const { bavail, bsize } = statfsSync(tmpdir());
  const needed = sizes.reduce((sum, size) => sum + size * BYTES_A_TURN, 0);
  if (bavail * bsize < needed)
    throw new Error(`${tmpdir()} needs ${(needed / 1e9).toFixed(0)} GB of room for so many turns`);
  return sizes.sort((a, b) => a - b);
}

async function makeDatabase(stage: OpenStage, turns: number): Promise<MeasuredDatabase> {
  const url = await stage.makeDatabase();
  const config = { kind: 'postgres' as const, url, poolSize: 1, ...TIMEOUTS };
  const entities = [ClientEntity, ClientKeyEntity, ConversationEntity, TurnEntity];
  const dataSource = await openDatabase(config, entities);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const begunAt = Date.now();
    const past = await makePast(client, turns);
    const { rows } = await client.query<{ size: string }>(
      'SELECT pg_size_pretty(pg_database_size(current_database())) AS size',
    );
    say(`${turns} turns: made in ${Math.round((Date.now() - begunAt) / 1_000)} s, ${rows[0]?.size}`);
    await readAll(dataSource, past.clientId);
    return { turns, dataSource, past, times: new Map() };
  } finally {
    await client.end();
  }
}

/**
 * Has the one connection read every page of the turns and of the index that histories are read by. The first time that a
 * connection's process looks at a page, the system has to map it: connections that have been in use for long have
 * that behind them, as have those of a PostgreSQL with huge pages.
 */
async function readAll(dataSource: DataSource, clientId: string): Promise<void> {
  // A process beside this one would do the looking.
  await dataSource.query('SET max_parallel_workers_per_gather = 0');
  await dataSource.query('SELECT sum(length(answer)) FROM turn');
  await dataSource.query('SET enable_seqscan = off');
  await dataSource.query('SET enable_bitmapscan = off');
  await dataSource.query('SELECT count(*) FROM turn WHERE client_id = $1 AND conversation_id IS NOT NULL', [
    clientId,
  ]);
  await dataSource.query('RESET ALL');
}

/** Both databases by turns, so that the machine's moods fall on both. */
async function measureGrowth(stage: OpenStage, sizes: readonly number[]): Promise<Growth[]> {
  const databases: MeasuredDatabase[] = [];
  for (const size of sizes) databases.push(await makeDatabase(stage, size));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const database of databases) {
      await measureOnce(database);
      // The first round is for the caches.
      if (round === 0) database.times.clear();
    }
  }
  for (const { dataSource } of databases) await dataSource.destroy();
  return growthOf(databases);
}

async function main(): Promise<void> {
  const sizes = readSizes();
  Logger.overrideLogger(['error', 'fatal']);
  const workspace = new Workspace();
  try {
    const stage = await openStage(workspace, SETTINGS);
    const statements = await countStatements(stage);
    say(`${statementTable(statements)}\n`);
    const growths = await measureGrowth(stage, sizes);
    say(`\n${growthTable(sizes, growths)}`);
    const kept = {
      at: new Date().toISOString(),
      machine: thisMachine(),
      buffersMb: BUFFERS_MB,
      sizes,
      statements,
      growths,
    };
    if (sizes.join(',') === DEFAULT_SIZES) writeResult('database.json', kept);
    await stage.close();
  } finally {
    await workspace.close();
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
await main();

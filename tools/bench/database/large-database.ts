import pg from 'pg';
import type { DataSource } from 'typeorm';
import { ClientKeyEntity } from '../../../src/auth/client-key.entity.js';
import { ClientEntity } from '../../../src/auth/client.entity.js';
import { ConversationEntity } from '../../../src/chat/conversation/conversation.entity.js';
import { TurnEntity } from '../../../src/chat/turn/turn.entity.js';
import { openDatabase } from '../../../src/database/connection/open-database.js';
import type { OpenStage } from '../stage.js';
import type { MeasuredDatabase } from './database-times.js';
import { makePast } from './past-turns.js';

const TIMEOUTS = {
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 600_000,
  idleInTransactionTimeoutMs: 60_000,
};

/** A database of so many turns, open over one connection that has read it all. */
export async function makeDatabase(stage: OpenStage, turns: number): Promise<MeasuredDatabase> {
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
    const seconds = Math.round((Date.now() - begunAt) / 1_000);
    process.stdout.write(`${turns} turns: made in ${seconds} s, ${rows[0]?.size}\n`);
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

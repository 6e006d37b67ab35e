import pg from 'pg';
import type { DataSource } from 'typeorm';
import { TurnLeaseRepository } from '../../src/chat/turn/turn-lease.repository.js';
import { EventLogEntity } from '../../src/chat/turn/event-log.entity.js';
import { EventLogRepository } from '../../src/chat/turn/event-log.repository.js';
import { TurnEntity } from '../../src/chat/turn/turn.entity.js';
import { newId } from '../../src/common/uuid.js';
import { openTestDatabase, type OpenTestDatabase } from '../support/database/database.js';
import { databaseVariables } from '../support/programs/child-service.js';

// Real: the database and the repositories. The embedded database does one thing at a time: nothing can come between.

let database: OpenTestDatabase;
let dataSource: DataSource;
let log: EventLogRepository;
let leases: TurnLeaseRepository;
/** Another session, which blocks for as long as it takes. */
let other: pg.Client;

beforeEach(async () => {
  database = await openTestDatabase();
  dataSource = database.dataSource;
  log = new EventLogRepository(dataSource.getRepository(EventLogEntity));
  leases = new TurnLeaseRepository(dataSource.getRepository(TurnEntity), log);
  other = new pg.Client({ connectionString: databaseVariables(database.config)['DATABASE_URL'] });
  await other.connect();
});

afterEach(async () => {
  await other.end();
  await database.close();
});

/** A turn whose lease has run out, with a text in its log. */
async function addAbandonedTurn(): Promise<string> {
  const id = newId();
  await dataSource.query('INSERT INTO client (id, name) VALUES ($1, $2)', [id, id]);
  await dataSource.query(
    `INSERT INTO turn (id, client_id, variant, question, status, model, lease_until, request_hash, owner)
     VALUES ($1, $1, 'qa', 'question', 'running', 'model', now() - interval '1 second', '', $1)`,
    [id],
  );
  await log.append([
    { turnId: id, firstSeq: 1, events: [{ type: 'turn.started' }, { type: 'text.delta', text: 'one ' }] },
  ]);
  return id;
}

const promise = (turnId: string) => ({
  turnId,
  firstSeq: 3,
  events: [{ type: 'text.delta' as const, text: 'two ' }, { type: 'text.committed' as const }],
});

/** As soon as so many statements wait for a lock, or `isOver` says that there will not be so many. */
async function untilWaiting(count: number, isOver = () => false): Promise<void> {
  for (let waiting = 0; waiting < count && !isOver();) {
    const rows = await dataSource.query<{ waiting: number }[]>(
      `SELECT count(*)::int AS waiting FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    waiting = rows[0]!.waiting;
  }
}

describe('A turn whose owner comes back to life while another process ends it', () => {
  it('ends with everything that its owner has stored', async () => {
    const id = await addAbandonedTurn();
    // Another insert of the same row waits for this one.
    await other.query('BEGIN');
    await other.query(`INSERT INTO turn_log (turn_id, first_seq, events) VALUES ($1, 3, '[]')`, [id]);
    const storing = log.append([promise(id)]);
    await untilWaiting(1);
    let isEnded = false;
    const ending = leases.failAbandoned(id, { whatever: false }).finally(() => (isEnded = true));
    await untilWaiting(2, () => isEnded);
    await other.query('ROLLBACK');
    expect(await storing).toEqual([id]);
    expect(await ending).toBe(true);
    expect(await dataSource.getRepository(TurnEntity).findOneByOrFail({ id })).toMatchObject({
      status: 'failed',
      answer: 'one two ',
    });
  });

  it('stores nothing more once another process has ended it', async () => {
    const id = await addAbandonedTurn();
    await other.query('BEGIN');
    await other.query('SELECT 1 FROM turn WHERE id = $1 FOR UPDATE', [id]);
    await other.query(`UPDATE turn SET status = 'failed', ended_at = now() WHERE id = $1`, [id]);
    const storing = log.append([promise(id)]);
    await untilWaiting(1);
    await other.query('COMMIT');
    expect(await storing).toEqual([]);
    expect(await log.listAfter(id, 2)).toEqual([]);
  });
});

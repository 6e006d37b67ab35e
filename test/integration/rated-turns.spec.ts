import type { DataSource } from 'typeorm';
import { newId } from '../../src/common/uuid.js';
import { RatedTurnRepository, type Step } from '../../src/feedback/rated-turn.repository.js';
import { openTestDatabase, type OpenTestDatabase } from '../support/database/database.js';

const COUNT = 5_000;
const DAY_MS = 86_400_000;
const owner = newId();
const NIL = '00000000-0000-0000-0000-000000000000';
const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

/** Real: the database and the repository. */
describe(`Feedback on ${2 * COUNT} turns of two clients`, () => {
  let database: OpenTestDatabase;
  let dataSource: DataSource;
  let rated: RatedTurnRepository;
  let createdUntil: string;

  beforeAll(async () => {
    database = await openTestDatabase();
    ({ dataSource } = database);
    rated = new RatedTurnRepository(dataSource);
    for (const clientId of [owner, newId()]) await fill(clientId);
    await dataSource.query('ANALYZE');
    createdUntil = await rated.readClock();
  });
  afterAll(() => database.close());

  /** Turns with a feedback on each, an hour after the one before; every thousandth is of one end user. */
  async function fill(clientId: string): Promise<void> {
    await dataSource.query('INSERT INTO client (id, name) VALUES ($1, $2)', [clientId, clientId]);
    await dataSource.query(
      `INSERT INTO turn (id, client_id, variant, question, answer, status, model, request_hash, owner, lease_until, ended_at)
       SELECT gen_random_uuid(), $1::uuid, 'qa', 'q' || number, 'a', 'completed', 'm' || number % 10, '', $1::uuid, now(), now()
         FROM generate_series(1, $2::int) AS number`,
      [clientId, COUNT],
    );
    await dataSource.query(
      `INSERT INTO feedback (id, client_id, turn_id, uid, stars, updated_at)
       SELECT gen_random_uuid(), client_id, id,
              CASE WHEN row_number() OVER () % 1000 = 0 THEN $2 ELSE gen_random_uuid()::text END,
              1 + row_number() OVER () % 5, now() - row_number() OVER () * interval '1 hour'
         FROM turn WHERE client_id = $1`,
      [clientId, UID],
    );
  }

  /** How PostgreSQL does what the repository asks of it. */
  async function planOf(ask: (explained: RatedTurnRepository) => Promise<unknown>): Promise<string> {
    const explaining = {
      query: (sql: string, values: unknown[]) => dataSource.query(`EXPLAIN (COSTS OFF) ${sql}`, values),
    };
    const rows = (await ask(new RatedTurnRepository(explaining as DataSource))) as { 'QUERY PLAN': string }[];
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  }

  const step = (after: Step['after'], limit: number) => ({ after, createdUntil, limit });

  it.each([
    ['of a client', {}],
    ['with few stars', { maxStars: 2 }],
    ['of a model', { model: 'm3' }],
    ['of many days', { since: new Date(Date.now() - 100 * DAY_MS) }],
  ])('is listed without sorting or reading what is not wanted: %s', async (_what, filter) => {
    for (const afterId of [null, newId()]) {
      const plan = await planOf((explained) => explained.list(owner, filter, { afterId, limit: 21 }));
      expect(plan).toContain('Index Scan Backward using feedback_client_id_id_key on feedback');
      expect(plan).toMatch(/Index Scan using turn_(?:pkey|client_id_id_key) on turn/);
      expect(plan).not.toMatch(/Seq Scan|Sort/);
    }
  });

  it('is listed of one end user by an index of its own', async () => {
    const plan = await planOf((explained) =>
      explained.list(owner, { uid: UID.toUpperCase() }, { afterId: null, limit: 21 }),
    );
    expect(plan).toContain('feedback_uid_idx');
    expect(plan).not.toContain('Seq Scan');
    const of = async (clientId: string) =>
      (await rated.list(clientId, { uid: UID.toUpperCase() }, { afterId: null, limit: 1_000 })).length;
    expect(await of(owner)).toBe(COUNT / 1_000);
  });

  it('is listed of a few days by an index of its own', async () => {
    const filter = { since: new Date(Date.now() - DAY_MS), until: new Date() };
    const plan = await planOf((explained) => explained.list(owner, filter, { afterId: null, limit: 21 }));
    expect(plan).toContain('feedback_updated_at_idx');
    expect(plan).not.toContain('Seq Scan');
    const found = await rated.list(owner, filter, { afterId: null, limit: 1_000 });
    expect([22, 23, 24]).toContain(found.length);
  });

  it('is walked over in steps of indexes, wherever the step begins', async () => {
    for (const after of [
      { turnId: NIL, id: NIL },
      { turnId: newId(), id: NIL },
    ]) {
      const plan = await planOf((explained) => explained.walk(owner, { model: 'm3' }, step(after, 50)));
      expect(plan).toContain('Index Scan using feedback_turn_idx on feedback');
      expect(plan).not.toContain('Seq Scan');
    }
  });

  it.each([1, 7, COUNT, COUNT + 1])('is walked over to its end, %i at a time', async (limit) => {
    const passed: string[] = [];
    let counted = 0;
    let after: Step['after'] = { turnId: NIL, id: NIL };
    // One at a time would take long.
    const most = limit === 1 ? 100 : COUNT;
    for (;;) {
      const found = await rated.walk(owner, { model: 'm3' }, step(after, limit));
      passed.push(...found.map(({ turnId }) => turnId));
      counted += found.filter(({ counts }) => counts).length;
      if (found.length < limit || passed.length >= most) break;
      after = found.at(-1)!;
    }
    expect(passed).toEqual([...passed].sort());
    expect(new Set(passed).size).toBe(passed.length);
    expect(passed.length).toBe(most);
    if (most === COUNT) expect(counted).toBe(COUNT / 10);
  });

  it('does not pass what was sent after the walk began', async () => {
    const [turn] = await dataSource.query<{ id: string }[]>(
      `SELECT id FROM turn WHERE client_id = $1 ORDER BY id DESC LIMIT 1`,
      [owner],
    );
    const send = (uid: string) =>
      dataSource.query(
        `INSERT INTO feedback (id, client_id, turn_id, uid, better_answer) VALUES ($1, $2, $3, $4, 'better')`,
        [newId(), owner, turn!.id, uid],
      );
    await send('late');
    const walk = async (until: string) =>
      (
        await rated.walk(owner, {}, { ...step({ turnId: NIL, id: NIL }, COUNT * 2), createdUntil: until })
      ).filter(({ turnId, counts }) => turnId === turn!.id && counts);
    expect(await walk(createdUntil)).toMatchObject([{ betterAnswer: null }]);
    expect(await walk(await rated.readClock())).toMatchObject([{ betterAnswer: 'better' }]);
  });
});

import pg from 'pg';
import { AppError } from '../../src/common/errors/app-error.js';
import { newId } from '../../src/common/uuid.js';
import { TurnEntity } from '../../src/chat/turn/turn.entity.js';
import { closingUpdate } from '../../src/chat/turn/turn-columns.js';
import { type ClosedTurn, TurnRepository } from '../../src/chat/turn/turn.repository.js';
import { openTestDatabase, type OpenTestDatabase } from '../support/database/database.js';
import { databaseVariables } from '../support/programs/child-service.js';

/** Real: the database and the repository. */
describe('A turn that is ended twice', () => {
  let database: OpenTestDatabase;
  let turns: TurnRepository;

  beforeAll(async () => {
    database = await openTestDatabase();
    turns = new TurnRepository(database.dataSource.getRepository(TurnEntity));
  });
  afterAll(() => database.close());

  async function addRunningTurn(): Promise<string> {
    const id = newId();
    await database.dataSource.query('INSERT INTO client (id, name) VALUES ($1, $2)', [id, id]);
    await database.dataSource.query(
      `INSERT INTO turn (id, client_id, variant, question, status, model, lease_until, request_hash, owner)
       VALUES ($1, $1, 'qa', 'question', 'running', 'model', now(), '', $1)`,
      [id],
    );
    return id;
  }

  const endOf = (id: string): ClosedTurn => ({
    id,
    clientId: id,
    outcome: {
      status: 'failed',
      error: new AppError('turn_interrupted', 'The process that answered has ended.'),
    },
    answer: 'Half an ans',
    reasoning: '',
    toolCalls: [],
    sources: [],
    layout: [0, 11],
    attempts: [],
    usage: null,
    isDelivered: false,
  });
  const read = (id: string) => database.dataSource.query<unknown[]>('SELECT * FROM turn WHERE id = $1', [id]);

  it('keeps the first end, although the second one has its status, its answer and its layout', async () => {
    const id = await addRunningTurn();
    expect(await turns.close(endOf(id))).toBe(true);
    const first = await read(id);
    const late: ClosedTurn = {
      ...endOf(id),
      outcome: { status: 'failed', error: new AppError('model_timeout', 'The model is silent.') },
      attempts: [{ target: 'late', outcome: 'model_timeout', durationMs: 1 }],
    };
    expect(await turns.close(late)).toBe(false);
    expect(await read(id)).toEqual(first);
  });

  it('keeps the times and the attempts of the first end, when the same end is sent again', async () => {
    const id = await addRunningTurn();
    const completed: ClosedTurn = {
      ...endOf(id),
      outcome: { status: 'completed', finishReason: 'stop', usage: { inputTokens: 1, outputTokens: 2 } },
      usage: { inputTokens: 1, outputTokens: 2 },
      isDelivered: true,
    };
    expect(await turns.close(completed)).toBe(true);
    const first = await read(id);
    expect(await turns.close(completed)).toBe(true);
    const attempts: ClosedTurn['attempts'] = [{ target: 'late', outcome: 'answered', durationMs: 1 }];
    expect(await turns.close({ ...completed, attempts })).toBe(true);
    expect(await read(id)).toEqual(first);
  });

  const completedEndOf = (id: string): ClosedTurn => ({
    ...endOf(id),
    outcome: { status: 'completed', finishReason: 'stop', usage: { inputTokens: 1, outputTokens: 2 } },
    reasoning: 'hm',
    toolCalls: [{ id: 'call_1', name: 'find', arguments: '{"a": 1}' }],
  });

  it.each<[string, Partial<ClosedTurn>]>([
    [
      'finish reason',
      {
        outcome: { status: 'completed', finishReason: 'length', usage: { inputTokens: 1, outputTokens: 2 } },
      },
    ],
    ['reasoning', { reasoning: 'so' }],
    ['calls', { toolCalls: [{ id: 'call_1', name: 'find', arguments: '{"a": 2}' }] }],
  ])('tells ends apart by their %s', async (_, difference) => {
    const id = await addRunningTurn();
    expect(await turns.close(completedEndOf(id))).toBe(true);
    expect(await turns.close({ ...completedEndOf(id), ...difference })).toBe(false);
    expect(await turns.close(completedEndOf(id))).toBe(true);
  });

  it('tells ends apart by their error code', async () => {
    const id = await addRunningTurn();
    expect(await turns.close(endOf(id))).toBe(true);
    const error = new AppError('model_timeout', 'The process that answered has ended.');
    expect(await turns.close({ ...endOf(id), outcome: { status: 'failed', error } })).toBe(false);
  });

  it.each(['COMMIT', 'ROLLBACK'])(
    'holds the end that was sent again before the first one ended by %s',
    async (end) => {
      const id = await addRunningTurn();
      const first = new pg.Client({ connectionString: databaseVariables(database.config)['DATABASE_URL'] });
      await first.connect();
      try {
        const { assignments, parameters } = closingUpdate(completedEndOf(id), id);
        await first.query('BEGIN');
        await first.query(`UPDATE turn SET ${assignments} WHERE id = $1`, parameters);
        const again = turns.close(completedEndOf(id));
        await untilWaiting();
        await first.query(end);
        expect(await again).toBe(true);
        expect(await read(id)).toMatchObject([{ status: 'completed', answer: 'Half an ans' }]);
      } finally {
        await first.end();
      }
    },
  );

  async function untilWaiting(): Promise<void> {
    for (let isWaiting = false; !isWaiting;) {
      const rows = await database.dataSource.query<unknown[]>(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      isWaiting = rows.length > 0;
    }
  }
});

import { TurnHistory } from '../../src/chat/prompting/turn-history.js';
import { TurnEntity } from '../../src/chat/turn/turn.entity.js';
import { TurnRepository } from '../../src/chat/turn/turn.repository.js';
import { newId } from '../../src/common/uuid.js';
import { openTestDatabase, type OpenTestDatabase } from '../support/database/database.js';

const ROUNDS = 250;
const clientId = newId();
const conversationId = newId();

/** Real: the database and the repository. */
describe('The history of a conversation of 250 rounds', () => {
  let database: OpenTestDatabase;
  let history: TurnHistory;

  beforeAll(async () => {
    database = await openTestDatabase();
    const { dataSource } = database;
    history = new TurnHistory(new TurnRepository(dataSource.getRepository(TurnEntity)));
    await dataSource.query('INSERT INTO client (id, name) VALUES ($1, $2)', [clientId, 'history']);
    await dataSource.query(
      `INSERT INTO conversation (id, client_id, external_id, name) VALUES ($1, $2, 'c', 'c')`,
      [conversationId, clientId],
    );
    await dataSource.query(
      `INSERT INTO turn (id, client_id, conversation_id, variant, question, answer, status, model, request_hash, owner, lease_until, ended_at)
       SELECT ('01938f5e-7a30-7000-8000-' || lpad(number::text, 12, '0'))::uuid, $1::uuid, $2::uuid, 'conversation',
              'question ' || number, CASE number % 6 WHEN 1 THEN '' WHEN 3 THEN E' \n' ELSE 'answer ' || number END,
              CASE number % 6 WHEN 5 THEN 'failed' ELSE 'completed' END, 'm', '', $1::uuid, now(), now()
         FROM generate_series(1, $3::int) AS number`,
      [clientId, conversationId, 2 * ROUNDS],
    );
  });
  afterAll(() => database.close());

  /** The numbers of the rounds that were read, in their order. */
  async function read(limits: { rounds: number; tokens: number }): Promise<number[]> {
    const messages = await history.read(clientId, conversationId, limits);
    return messages
      .filter(({ role }) => role === 'user')
      .map(({ content }) => Number(content.split(' ')[1]) / 2);
  }

  it.each([
    ['as many rounds as are asked for', { rounds: 7, tokens: 8_192 }, 7],
    ['more than are read at a time', { rounds: 230, tokens: 8_192 }, 230],
    ['all that there are', { rounds: 1_000, tokens: 8_192 }, ROUNDS],
    ['no more than it takes to fill a small context', { rounds: 1_000, tokens: 100 }, 100],
  ])('gives %s: the newest completed ones with an answer, oldest first', async (_what, limits, count) => {
    expect(await read(limits)).toEqual(
      Array.from({ length: count }, (_, index) => ROUNDS - count + 1 + index),
    );
  });
});

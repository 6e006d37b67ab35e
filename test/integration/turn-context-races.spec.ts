import pg from 'pg';
import type { DataSource } from 'typeorm';
import { insertionOf } from '../../src/chat/turn/new-turn.js';
import type { ModelMessage } from '../../src/llm/completion.js';
import { ContextTurns, newTurn } from '../support/database/context-turns.js';
import { openTestDatabase, type OpenTestDatabase } from '../support/database/database.js';
import { databaseVariables } from '../support/programs/child-service.js';

// Real: the database and the repositories. The embedded database does one thing at a time: nothing can come between.

const messagesOf = (...texts: string[]): ModelMessage[] =>
  texts.map((content) => ({ role: 'user', content }));
const SHARED = messagesOf('Be kind.', 'Which bird?');
/** Shorter than the time after which PostgreSQL looks for a deadlock. */
const SOON_MS = 800;

describe('A turn that shares messages with a turn that is deleted at the same time', () => {
  let database: OpenTestDatabase;
  let dataSource: DataSource;
  let turns: ContextTurns;
  let client: string;
  /** Another session, whose transaction stays open for as long as it takes. */
  let other: pg.Client;

  beforeEach(async () => {
    database = await openTestDatabase();
    dataSource = database.dataSource;
    turns = new ContextTurns(dataSource);
    client = await turns.addClient();
    other = new pg.Client({ connectionString: databaseVariables(database.config)['DATABASE_URL'] });
    await other.connect();
    await other.query('BEGIN');
  });

  afterEach(async () => {
    await other.end();
    await database.close();
  });

  async function untilWaiting(): Promise<void> {
    for (let waiting = 0; waiting === 0;) {
      const rows = await dataSource.query<{ waiting: number }[]>(
        `SELECT count(*)::int AS waiting FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      waiting = rows[0]!.waiting;
    }
  }

  /** The insertion that a service sends, in the open transaction. */
  async function insertInOther(messages: readonly ModelMessage[], conversation: string): Promise<string> {
    const turn = newTurn(client, { messages, includesQuestion: true, tools: [] });
    const { sql, parameters } = insertionOf(turn, { externalId: conversation, name: 'c' });
    const { rows } = await other.query<{ id: string }>(sql, [...parameters]);
    return rows[0]!.id;
  }

  const deleteInOther = (externalId: string) =>
    other.query('DELETE FROM conversation WHERE client_id = $1 AND external_id = $2', [client, externalId]);

  async function isWhole(turn: string, messages: readonly ModelMessage[]): Promise<void> {
    expect(await turns.contexts.read(client, turn)).toMatchObject({ messages });
    expect(await turns.state()).toMatchObject({ dangling: 0, orphans: 0 });
  }

  it.each(['COMMIT', 'ROLLBACK'])('has them when the deletion was first, and ends by %s', async (end) => {
    await turns.add(client, SHARED, { conversation: 'deleted' });
    await deleteInOther('deleted');
    const messages = [...SHARED, ...messagesOf('Why?')];
    const adding = turns.add(client, messages, { conversation: 'kept' });
    await untilWaiting();
    await other.query(end);
    await isWhole(await adding, messages);
    expect(await turns.state()).toMatchObject({ contexts: end === 'COMMIT' ? 1 : 2, messages: 3 });
  });

  it('has them when it was first, and is stored', async () => {
    await turns.add(client, SHARED, { conversation: 'deleted' });
    const messages = [...messagesOf('New.'), ...SHARED];
    const turn = await insertInOther(messages, 'kept');
    const deleting = turns.deleteConversation(client, 'deleted');
    await untilWaiting();
    await other.query('COMMIT');
    expect(await deleting).toBe(true);
    await isWhole(turn, messages);
  });

  it('leaves no message when it was first, and is not stored', async () => {
    await turns.add(client, SHARED, { conversation: 'deleted' });
    await insertInOther([...messagesOf('New.'), ...SHARED], 'kept');
    const deleting = turns.deleteConversation(client, 'deleted');
    await untilWaiting();
    await other.query('ROLLBACK');
    expect(await deleting).toBe(true);
    expect(await turns.state()).toEqual({ messages: 0, contexts: 0, dangling: 0, orphans: 0 });
  });

  it('is asked in the conversation that is deleted, and makes it again', async () => {
    await turns.add(client, SHARED, { conversation: 'c' });
    await deleteInOther('c');
    const adding = turns.add(client, SHARED, { conversation: 'c' });
    await untilWaiting();
    await other.query('COMMIT');
    await isWhole(await adding, SHARED);
    expect(await dataSource.query('SELECT name FROM conversation')).toEqual([{ name: 'c' }]);
  });

  it('holds up its deletion while it is stored, and no deadlock ends one of them', async () => {
    await turns.add(client, SHARED, { conversation: 'c' });
    await insertInOther(SHARED, 'c');
    const begunAt = performance.now();
    const deleting = turns.deleteConversation(client, 'c');
    await untilWaiting();
    await other.query('COMMIT');
    // The turn runs: its conversation stays.
    expect(await deleting).toBe(false);
    expect(performance.now() - begunAt).toBeLessThan(SOON_MS);
    expect(await turns.state()).toEqual({ messages: 2, contexts: 2, dangling: 0, orphans: 0 });
  });

  it('does not wait for turns that are being inserted, nor for other clients that delete', async () => {
    await other.query('ROLLBACK');
    const stranger = await turns.addClient();
    await turns.add(stranger, SHARED, { conversation: 'deleted' });
    await turns.add(client, SHARED);
    await other.query('BEGIN');
    await other.query('DELETE FROM conversation WHERE client_id = $1', [stranger]);
    await insertInOther(SHARED, 'one');
    await isWhole(await turns.add(client, SHARED), SHARED);
  });

  it('is there completely, whatever was deleted meanwhile, in many turns at once', async () => {
    await other.query('ROLLBACK');
    const texts = Array.from({ length: 12 }, (_, index) => `message ${index}`);
    const worker = async (number: number): Promise<void> => {
      for (let round = 0; round < 40; round++) {
        const from = (number * 5 + round * 7) % texts.length;
        const messages = messagesOf(...texts.slice(from), ...texts.slice(0, from / 2));
        const turn = await turns.add(client, messages, { conversation: `${number}-${round % 3}` });
        expect(await turns.contexts.read(client, turn)).toMatchObject({ messages });
        if (round % 2 === 1) await turns.deleteConversation(client, `${number}-${(round + 1) % 3}`);
        expect((await turns.state()).dangling).toBe(0);
      }
    };
    await Promise.all(Array.from({ length: 6 }, (_, number) => worker(number)));
    expect(await turns.state()).toMatchObject({ dangling: 0, orphans: 0 });
    const { contexts } = await turns.state();
    expect(contexts).toBeGreaterThan(0);
  });
});

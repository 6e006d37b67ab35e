import type { DataSource } from 'typeorm';
import { newId } from '../../src/common/uuid.js';
import { ConversationEntity } from '../../src/chat/conversation/conversation.entity.js';
import {
  constraintOf,
  isForeignKeyViolation,
  kindOfDatabaseError,
} from '../../src/database/database-error.js';
import { migrate, pendingMigrations } from '../../src/database/migrate.js';
import { MIGRATIONS } from '../../src/database/migrations.js';
import { readCatalogue } from '../../tools/migration/schema-catalogue.js';
import { openTestDatabase, type OpenTestDatabase } from '../support/database/database.js';

// Real: the database and its migrations.

let database: OpenTestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await openTestDatabase();
  dataSource = database.dataSource;
});

afterAll(() => database.close());

async function addClient(): Promise<string> {
  const id = newId();
  await dataSource.query('INSERT INTO client (id, name) VALUES ($1, $2)', [id, id]);
  return id;
}

async function addConversation(clientId: string, externalId: string = newId()): Promise<string> {
  const id = newId();
  await dataSource.query(
    'INSERT INTO conversation (id, client_id, external_id, name) VALUES ($1, $2, $3, $4)',
    [id, clientId, externalId, 'name'],
  );
  return id;
}

async function addTurn(clientId: string, conversationId: string | null): Promise<string> {
  const id = newId();
  await dataSource.query(
    `INSERT INTO turn (id, client_id, conversation_id, variant, question, status, model, lease_until,
                       request_hash, owner)
     VALUES ($1, $2, $3, 'conversation', 'question', 'running', 'builtin', now(), '', $1)`,
    [id, clientId, conversationId],
  );
  return id;
}

async function addFeedback(clientId: string, turnId: string): Promise<string> {
  const id = newId();
  await dataSource.query('INSERT INTO feedback (id, client_id, turn_id, uid) VALUES ($1, $2, $3, $4)', [
    id,
    clientId,
    turnId,
    newId(),
  ]);
  return id;
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('the migrations', () => {
  it('can be undone and done again, and leave the same schema', async () => {
    const { dataSource: own, close } = await openTestDatabase();
    const before = await readCatalogue(own);
    expect(before.length).toBeGreaterThan(50);
    for (let left = MIGRATIONS.length; left > 0; left--) await own.undoLastMigration();
    expect(await readCatalogue(own)).toEqual([]);
    expect(await pendingMigrations(own)).toEqual(MIGRATIONS.map(({ name }) => name));
    await migrate(own);
    expect(await readCatalogue(own)).toEqual(before);
    expect(await pendingMigrations(own)).toEqual([]);
    await close();
  });
});

describe('a row of another client', () => {
  it('is refused as the conversation of a turn', async () => {
    const [owner, stranger] = [await addClient(), await addClient()];
    const conversation = await addConversation(owner);
    await expect(addTurn(owner, await addConversation(owner))).resolves.toBeDefined();
    const failure = await failureOf(addTurn(stranger, conversation));
    expect(isForeignKeyViolation(failure, 'turn_conversation_fkey')).toBe(true);
  });

  it('is refused as the turn of a feedback', async () => {
    const [owner, stranger] = [await addClient(), await addClient()];
    const turn = await addTurn(owner, null);
    await expect(addFeedback(owner, turn)).resolves.toBeDefined();
    expect(isForeignKeyViolation(await failureOf(addFeedback(stranger, turn)), 'feedback_turn_fkey')).toBe(
      true,
    );
  });

  it('is refused as the feedback of an earlier revision', async () => {
    const [owner, stranger] = [await addClient(), await addClient()];
    const feedback = await addFeedback(owner, await addTurn(owner, null));
    const addRevision = (clientId: string, revision: number) =>
      dataSource.query(
        'INSERT INTO feedback_revision (feedback_id, revision, client_id, given_at) VALUES ($1, $2, $3, now())',
        [feedback, revision, clientId],
      );
    await expect(addRevision(owner, 1)).resolves.toBeDefined();
    const failure = await failureOf(addRevision(stranger, 2));
    expect(isForeignKeyViolation(failure, 'feedback_revision_feedback_fkey')).toBe(true);
  });
});

describe('a conversation', () => {
  it('may have the same external id as one of another client, and not as one of its own', async () => {
    const [one, other] = [await addClient(), await addClient()];
    await addConversation(one, 'same');
    await addConversation(other, 'same');
    const failure = await failureOf(addConversation(one, 'same'));
    expect(kindOfDatabaseError(failure)).toBe('unique_violation');
    expect(constraintOf(failure)).toBe('conversation_client_id_external_id_key');
  });

  it('takes its turns and their feedback with it', async () => {
    const client = await addClient();
    const conversation = await addConversation(client);
    await addFeedback(client, await addTurn(client, conversation));
    await dataSource.query('DELETE FROM conversation WHERE id = $1', [conversation]);
    expect(await dataSource.query('SELECT FROM turn WHERE client_id = $1', [client])).toEqual([]);
    expect(await dataSource.query('SELECT FROM feedback WHERE client_id = $1', [client])).toEqual([]);
  });
});

describe('a condition without a value', () => {
  const conversations = () => dataSource.getRepository(ConversationEntity);

  it.each([undefined, null])('is refused and not dropped (%p)', async (missing) => {
    const client = await addClient();
    const id = await addConversation(client);
    const where = { id, clientId: missing as unknown as string };
    expect(await conversations().findOneBy({ id, clientId: client })).not.toBeNull();
    await expect(conversations().findOneBy(where)).rejects.toThrow('clientId');
    await expect(conversations().update(where, { name: 'changed' })).rejects.toThrow('clientId');
    await expect(conversations().delete(where)).rejects.toThrow('clientId');
    expect(await conversations().findOneBy({ id, clientId: client })).toMatchObject({ name: 'name' });
  });
});

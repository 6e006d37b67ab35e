import type { DataSource } from 'typeorm';
import { ClientEntity } from '../../src/auth/client.entity.js';
import type { TurnOwner } from '../../src/chat/reading/turn-views.js';
import { newId } from '../../src/common/uuid.js';
import { FeedbackRevisionEntity } from '../../src/feedback/feedback-revision.entity.js';
import { FeedbackEntity } from '../../src/feedback/feedback.entity.js';
import { FeedbackRepository } from '../../src/feedback/feedback.repository.js';
import {
  FeedbackService,
  type FeedbackContent,
  type FeedbackRequest,
} from '../../src/feedback/feedback.service.js';
import { RatedTurnRepository } from '../../src/feedback/rated-turn.repository.js';
import { openTestDatabase, type OpenTestDatabase } from '../support/database/database.js';

// Real: the database, the repository and the service. Stood in for: the chat module's turn reader.

let database: OpenTestDatabase;
let dataSource: DataSource;
let repository: FeedbackRepository;
let service: FeedbackService;

const turnsInTable = {
  async findOwner(clientId: string, turnId: string): Promise<TurnOwner | null> {
    const [turn] = await dataSource.query<TurnOwner[]>(
      'SELECT id AS "turnId", end_user AS "endUser" FROM turn WHERE client_id = $1 AND id = $2',
      [clientId, turnId],
    );
    return turn ?? null;
  },
};

beforeAll(async () => {
  database = await openTestDatabase();
  dataSource = database.dataSource;
  repository = new FeedbackRepository(dataSource.getRepository(FeedbackEntity));
  service = new FeedbackService(repository, turnsInTable, new RatedTurnRepository(dataSource));
});

afterAll(() => database.close());

const send = async (request: FeedbackRequest) => (await service.send(request)).feedback;

async function addClient(): Promise<string> {
  const id = newId();
  await dataSource.getRepository(ClientEntity).insert({ id, name: `client-${id}` });
  return id;
}

async function addTurn(endUser: string | null, clientId?: string) {
  const owner = clientId ?? (await addClient());
  const turnId = newId();
  await dataSource.query(
    `INSERT INTO turn (id, client_id, variant, end_user, question, status, model, lease_until,
                       request_hash, owner)
     VALUES ($1, $2, 'qa', $3, 'question', 'running', 'builtin', now(), '', $1)`,
    [turnId, owner, endUser],
  );
  return { clientId: owner, turnId };
}

async function listEarlier(feedback: FeedbackEntity): Promise<FeedbackRevisionEntity[]> {
  const { clientId, id: feedbackId } = feedback;
  const where = { clientId, feedbackId };
  return dataSource.getRepository(FeedbackRevisionEntity).find({ where, order: { revision: 'ASC' } });
}

function contentOf({ stars, reason, betterAnswer }: FeedbackContent) {
  return { stars, reason, betterAnswer };
}

/** What a feedback is after `given` was sent: the fields that were given, else those from before. */
function merge(before: FeedbackContent, given: FeedbackContent) {
  return contentOf({
    stars: given.stars ?? before.stars,
    reason: given.reason ?? before.reason,
    betterAnswer: given.betterAnswer ?? before.betterAnswer,
  });
}

describe('sending feedback', () => {
  it('stores the first one as revision 1', async () => {
    const turn = await addTurn('user123');
    const stored = await send({ ...turn, uid: 'user123', stars: 5, reason: '材料错误 {{x}} 😀' });
    expect(stored).toMatchObject({
      ...turn,
      uid: 'user123',
      stars: 5,
      reason: '材料错误 {{x}} 😀',
      betterAnswer: null,
      revision: 1,
    });
    expect(stored.createdAt).toBeInstanceOf(Date);
    expect(stored.updatedAt).toEqual(stored.createdAt);
    expect(await listEarlier(stored)).toEqual([]);
  });

  it('replaces the given fields, leaves the others and keeps the earlier revision', async () => {
    const turn = { ...(await addTurn('user123')), uid: 'user123' };
    const first = await send({ ...turn, stars: 1, reason: 'wrong' });
    const second = await send({ ...turn, stars: 4, reason: null, betterAnswer: 'so' });
    expect(second).toMatchObject({
      id: first.id,
      stars: 4,
      reason: 'wrong',
      betterAnswer: 'so',
      revision: 2,
    });
    expect(second.createdAt).toEqual(first.createdAt);
    expect(second.updatedAt.getTime()).toBeGreaterThanOrEqual(first.updatedAt.getTime());
    expect(await listEarlier(second)).toMatchObject([
      { revision: 1, stars: 1, reason: 'wrong', betterAnswer: null, givenAt: first.updatedAt },
    ]);
  });

  it('makes no revision when it changes nothing', async () => {
    const turn = { ...(await addTurn('user123')), uid: 'user123' };
    const first = await send({ ...turn, stars: 2, reason: '' });
    for (const same of [{ stars: 2 }, { reason: '' }, { stars: 2, reason: '' }, {}])
      expect(await service.send({ ...turn, ...same })).toEqual({ feedback: first, isNew: false });
    const changed = await send({ ...turn, stars: 2, betterAnswer: 'so' });
    expect(changed).toMatchObject({ stars: 2, reason: '', betterAnswer: 'so', revision: 2 });
    expect(await listEarlier(changed)).toHaveLength(1);
  });

  it('keeps one feedback for two spellings of a UUID', async () => {
    const uid = newId();
    const turn = await addTurn(uid);
    const first = await send({ ...turn, uid: uid.toUpperCase(), stars: 1 });
    const second = await send({ ...turn, uid, stars: 2 });
    expect(second).toMatchObject({ id: first.id, uid, revision: 2 });
  });

  it('keeps one for each uid when the question had no end user', async () => {
    const turn = await addTurn(null);
    const one = await send({ ...turn, uid: 'one', stars: 1 });
    const other = await send({ ...turn, uid: 'other', stars: 5 });
    expect(other).toMatchObject({ uid: 'other', stars: 5, revision: 1 });
    expect(other.id).not.toBe(one.id);
  });

  it("does not find another client's turn or another end user's", async () => {
    const { turnId, clientId } = await addTurn('user123');
    const stranger = await addClient();
    const refused = { code: 'not_found', message: 'There is no such turn.' };
    await expect(service.send({ clientId: stranger, turnId, uid: 'user123' })).rejects.toMatchObject(refused);
    await expect(service.send({ clientId, turnId, uid: 'user124' })).rejects.toMatchObject(refused);
    await expect(service.send({ clientId, turnId: newId(), uid: 'user123' })).rejects.toMatchObject(refused);
    expect(await dataSource.getRepository(FeedbackEntity).countBy({ turnId })).toBe(0);
  });
});

describe('the database', () => {
  const nothing = { stars: 1, reason: null, betterAnswer: null };

  it("refuses feedback on another client's turn, also after an earlier look-up", async () => {
    const { turnId } = await addTurn(null);
    expect(await repository.insert({ clientId: await addClient(), turnId, uid: 'x', ...nothing })).toBe(
      'no-turn',
    );
  });

  it('refuses feedback on a turn that has been deleted in the meantime', async () => {
    const turn = await addTurn(null);
    await dataSource.query('DELETE FROM turn WHERE client_id = $1 AND id = $2', [turn.clientId, turn.turnId]);
    expect(await repository.insert({ ...turn, uid: 'x', ...nothing })).toBe('no-turn');
    expect(await repository.replace({ ...turn, uid: 'x', ...nothing })).toBeNull();
  });

  it("replaces no other client's feedback", async () => {
    const turn = await addTurn(null);
    await repository.insert({ ...turn, uid: 'x', ...nothing });
    expect(
      await repository.replace({ ...turn, clientId: await addClient(), uid: 'x', ...nothing }),
    ).toBeNull();
  });
});

describe('many who send feedback at once', () => {
  // Each changes something in whatever order they come. As given fields differ, a revision made from a stale row shows.
  const CONTENTS: FeedbackContent[] = Array.from({ length: 20 }, (_, index) => {
    const text = `given ${index}`;
    const stars = (index % 5) + 1;
    return [{ stars, betterAnswer: text }, { reason: text }, { betterAnswer: text }, { stars, reason: text }][
      index % 4
    ]!;
  });

  it.each([1, 2, 3, 4, 5])('lose no revision and leave no gap (round %i)', async () => {
    const turn = { ...(await addTurn('user123')), uid: 'user123' };
    const sent = await Promise.all(
      CONTENTS.map(async (given) => ({ given, stored: await send({ ...turn, ...given }) })),
    );
    sent.sort((a, b) => a.stored.revision - b.stored.revision);
    expect(sent.map(({ stored }) => stored.revision)).toEqual(CONTENTS.map((_, index) => index + 1));
    let before: FeedbackContent = { stars: null, reason: null, betterAnswer: null };
    for (const { given, stored } of sent) {
      expect(contentOf(stored)).toEqual(merge(before, given));
      before = stored;
    }
    const last = sent.at(-1)!.stored;
    const earlier = await listEarlier(last);
    expect(earlier.map(({ revision, ...content }) => ({ revision, ...contentOf(content) }))).toEqual(
      sent.slice(0, -1).map(({ stored }) => ({ revision: stored.revision, ...contentOf(stored) })),
    );
    expect(await dataSource.getRepository(FeedbackEntity).findBy({ turnId: turn.turnId })).toMatchObject([
      { id: last.id, revision: 20, ...contentOf(last) },
    ]);
  });
});

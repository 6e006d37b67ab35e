import type { TurnOwner } from '../chat/reading/turn-views.js';
import type { FeedbackEntity } from './feedback.entity.js';
import type { FeedbackRepository, NewFeedback } from './feedback.repository.js';
import { FeedbackService } from './feedback.service.js';
import { RatedTurnRepository } from './rated-turn.repository.js';

const TURN_ID = '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11';
const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

type InsertResult = Awaited<ReturnType<FeedbackRepository['insert']>>;

/** The service over one turn, with a repository that keeps what it was given. */
function setUp(
  endUser: string | null,
  results: { insert?: InsertResult; replace?: FeedbackEntity | null } = {},
) {
  const given: NewFeedback[] = [];
  const deleted: unknown[] = [];
  const stored = { revision: 1 } as FeedbackEntity;
  const repository: Pick<FeedbackRepository, 'insert' | 'replace' | 'delete' | 'countOfTurn'> = {
    insert: (feedback) => {
      given.push(feedback);
      return Promise.resolve(results.insert === undefined ? stored : results.insert);
    },
    replace: () => Promise.resolve(results.replace ?? null),
    countOfTurn: () => Promise.resolve(0),
    delete: (...key) => {
      deleted.push(key);
      return Promise.resolve(true);
    },
  };
  const oneTurn = {
    findOwner(clientId: string, turnId: string): Promise<TurnOwner | null> {
      const isIt = clientId === 'client' && turnId.toLowerCase() === TURN_ID;
      return Promise.resolve(isIt ? { turnId: TURN_ID, endUser } : null);
    },
  };
  const rated = Object.create(RatedTurnRepository.prototype) as RatedTurnRepository;
  const service = new FeedbackService(repository as FeedbackRepository, oneTurn, rated);
  return { given, deleted, service };
}

describe('who may give feedback on a turn', () => {
  it.each([
    [UID, UID, UID],
    [UID, UID.toUpperCase(), UID],
    [UID.toUpperCase(), UID, UID.toUpperCase()],
    ['user123', 'user123', 'user123'],
    ['Ünï', 'Ünï', 'Ünï'],
    [null, 'anybody', 'anybody'],
    [null, UID.toUpperCase(), UID.toUpperCase()],
  ])('asked by %s, given by %s: kept under %s', async (endUser, uid, kept) => {
    const { given, deleted, service } = setUp(endUser);
    await service.send({ clientId: 'client', turnId: TURN_ID, uid, stars: 5 });
    expect(given).toEqual([
      { clientId: 'client', turnId: TURN_ID, uid: kept, stars: 5, reason: null, betterAnswer: null },
    ]);
    await service.withdraw({ clientId: 'client', turnId: TURN_ID.toUpperCase(), uid });
    expect(deleted).toEqual([['client', TURN_ID, kept]]);
  });

  it.each([
    [UID, 'baa9f7a8-4159-4e2c-89d2-e7c5ac537936'],
    [UID, 'user123'],
    ['user123', 'USER123'],
    ['user123', 'user123 '],
    ['user123', ''],
    ['', 'user123'],
  ])('asked by %j, given by %j: not found', async (endUser, uid) => {
    const { given, deleted, service } = setUp(endUser);
    const key = { clientId: 'client', turnId: TURN_ID, uid };
    await expect(service.send(key)).rejects.toMatchObject({ code: 'not_found' });
    await expect(service.withdraw(key)).rejects.toMatchObject({ code: 'not_found' });
    expect([given, deleted]).toEqual([[], []]);
  });
});

describe('what cannot be found', () => {
  it("gets the same words, whether it is unknown, another client's, another end user's or just deleted", async () => {
    const about = { turnId: TURN_ID, uid: UID };
    const unknown = { clientId: 'client', turnId: '11111111-1111-4111-8111-111111111111', uid: UID };
    const refusals = [
      setUp(UID).service.send(unknown),
      setUp(UID).service.send({ clientId: 'another', ...about }),
      setUp('somebody else').service.send({ clientId: 'client', ...about }),
      setUp(UID, { insert: 'no-turn' }).service.send({ clientId: 'client', ...about }),
      setUp(UID, { insert: null, replace: null }).service.send({ clientId: 'client', ...about }),
    ];
    const errors = await Promise.all(
      refusals.map((refusal) =>
        refusal.then(
          () => null,
          (error: Error) => error,
        ),
      ),
    );
    for (const error of errors)
      expect(error).toMatchObject({ code: 'not_found', message: errors[0]?.message });
  });
});

describe('send', () => {
  it('replaces the feedback that there is already', async () => {
    const replaced = { revision: 7 } as FeedbackEntity;
    const { service } = setUp(UID, { insert: null, replace: replaced });
    expect(await service.send({ clientId: 'client', turnId: TURN_ID, uid: UID })).toEqual({
      feedback: replaced,
      isNew: false,
    });
  });
});

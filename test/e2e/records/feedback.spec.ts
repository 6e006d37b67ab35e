import { newId } from '../../../src/common/uuid.js';
import { startService, type TestService } from '../../support/service/service.js';

let service: TestService;

beforeAll(async () => {
  service = await startService();
});

afterAll(() => service.stop());

/** The id of a turn that was asked as variant A and has ended. */
async function askA(userId?: string, key?: string): Promise<string> {
  const response = await service.post(
    '/chat',
    { query: 'How do I send feedback?', user_id: userId, stream: false },
    { key },
  );
  expect(response.status).toBe(200);
  return ((await response.json()) as { message_id: string }).message_id;
}

/** The id of a turn that was asked as variant B and has ended. */
async function askB(uid: string): Promise<string> {
  const response = await service.post('/api/chat', { question: '如何提交反馈？', uid });
  expect(response.status).toBe(200);
  const chatId = /"chat_id":"([^"]+)"/.exec(await response.text())?.[1];
  expect(chatId).toBeDefined();
  return chatId!;
}

/** A problem without what differs from request to request. */
async function readProblem(response: Response): Promise<unknown> {
  const problem = (await response.json()) as Record<string, unknown>;
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return { ...problem, request_id: '' };
}

describe('feedback', () => {
  it('is created by the first post and updated by the next, on an answer of variant B', async () => {
    const uid = newId();
    const chatId = await askB(uid);
    const created = await service.post('/api/feedback', {
      chat_id: chatId,
      uid,
      stars: 1,
      reason: '材料错误',
    });
    expect(created.status).toBe(201);
    const first = (await created.json()) as Record<string, unknown>;
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
    expect(first).toEqual({
      chat_id: chatId,
      uid,
      stars: 1,
      reason: '材料错误',
      better_answer: null,
      revision: 1,
      created_at: time,
      updated_at: time,
    });
    const body = {
      chat_id: chatId.toUpperCase(),
      uid: uid.toUpperCase(),
      stars: null,
      better_answer: '更好',
    };
    const updated = await service.post('/api/feedback', body);
    expect(updated.status).toBe(200);
    expect(await updated.json()).toEqual({ ...first, better_answer: '更好', revision: 2, updated_at: time });
  });

  it('is taken on an answer of variant A from the user who asked, and from anybody when the question had no end user', async () => {
    const owned = await askA('user 123 ü');
    expect(
      (await service.post('/api/feedback', { chat_id: owned, uid: 'user 123 ü', stars: 5 })).status,
    ).toBe(201);
    const open = await askA();
    expect((await service.post('/api/feedback', { chat_id: open, uid: 'one', stars: 5 })).status).toBe(201);
    expect((await service.post('/api/feedback', { chat_id: open, uid: 'two', reason: '' })).status).toBe(201);
  });

  it("is refused in the same words on an unknown answer, another client's and another end user's", async () => {
    const chatId = await askA('user123');
    const stranger = await service.addClient('stranger');
    const body = { chat_id: chatId, uid: 'user123', stars: 5 };
    const refused = [
      await service.post('/api/feedback', { ...body, chat_id: newId() }),
      await service.post('/api/feedback', { ...body, chat_id: '11111111-1111-1111-1111-111111111111' }),
      await service.post('/api/feedback', { ...body, uid: 'user124' }),
      await service.post('/api/feedback', body, { key: stranger }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    const [first, ...others] = await Promise.all(refused.map(readProblem));
    for (const other of others) expect(other).toEqual(first);
  });

  it('is stored by many posts at once, each as a revision of its own', async () => {
    const chatId = await askA('user123');
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const response = await service.post('/api/feedback', {
          chat_id: chatId,
          uid: 'user123',
          reason: `${index}`,
        });
        return { status: response.status, ...((await response.json()) as { revision: number }) };
      }),
    );
    answers.sort((a, b) => a.revision - b.revision);
    expect(answers.map(({ revision }) => revision)).toEqual(answers.map((_, index) => index + 1));
    expect(answers.map(({ status }) => status)).toEqual([201, ...Array<number>(19).fill(200)]);
  });

  it('is the same when the same is posted again, one after another and at once', async () => {
    const chat_id = await askA('user123');
    const body = { chat_id, uid: 'user123', stars: 4, reason: 'good' };
    const posts = Array.from({ length: 20 }, () => service.post('/api/feedback', body));
    const answers = await Promise.all(posts);
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(19).fill(200), 201]);
    const again = await service.post('/api/feedback', { ...body, reason: null });
    expect(again.status).toBe(200);
    const first = await again.json();
    expect(first).toMatchObject({ revision: 1 });
    for (const answer of answers) expect(await answer.json()).toEqual(first);
  });

  it.each([{ rating: 5 }, {}, { stars: null, reason: null, better_answer: null }])(
    'that says nothing is refused, with the names of what it may say: %j',
    async (fields) => {
      const response = await service.post('/api/feedback', { chat_id: newId(), uid: 'user123', ...fields });
      expect(response.status).toBe(400);
      expect(await readProblem(response)).toMatchObject({
        code: 'validation_failed',
        errors: [{ pointer: '', detail: 'must have at least one of stars, reason and better_answer' }],
      });
    },
  );

  it.each([
    ['/chat_id', { chat_id: 'not-a-uuid' }],
    ['/chat_id', { chat_id: 5 }],
    ['/uid', { uid: '' }],
    ['/uid', { uid: 'a\u0000' }],
    ['/stars', { stars: 6 }],
    ['/stars', { stars: '4.5' }],
    ['/reason', { reason: 'x'.repeat(4_001) }],
    ['/better_answer', { better_answer: ['x'] }],
  ])('is refused at %s for %j', async (pointer, fields) => {
    const response = await service.post('/api/feedback', { chat_id: newId(), uid: 'user123', ...fields });
    expect(response.status).toBe(400);
    expect(await readProblem(response)).toMatchObject({ code: 'validation_failed', errors: [{ pointer }] });
  });
});

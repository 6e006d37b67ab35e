import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { newId } from '../../../src/common/uuid.js';
import { answer } from '../../support/model/model-server.answers.js';
import { endAfter } from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { readProblem } from '../../support/requests/problem.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { readFrames } from '../../support/service/sse.js';

interface RatedAnswer {
  readonly chat_id: string;
  readonly uid: string;
  readonly stars: number | null;
  readonly revision: number;
  readonly question: string;
  readonly answer: string;
}
interface FeedbackList {
  readonly feedback: RatedAnswer[];
  readonly next_cursor: string | null;
}

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

/** Real: the complete service, its database, HTTP both ways. Stand-in: the model behind its server. */
describe('Feedback', () => {
  let model: ModelServer;
  let service: TestService;
  /** A client that has nothing yet. */
  let key: string;
  let clients = 0;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' }));
  });
  afterAll(() => stopServiceWithModel({ model, service }));
  beforeEach(async () => {
    key = await service.addClient(`client-${++clients}`);
    model.always(answer('an answer'));
  });

  async function askA(body: object): Promise<string> {
    const response = await service.post('/chat', body, { key });
    return ((await response.json()) as { message_id: string }).message_id;
  }

  async function askB(question: string, body: object = {}): Promise<string> {
    const frames = await readFrames(
      await service.post('/api/chat', { question, uid: UID, ...body }, { key }),
    );
    return frames[0]!.chat_id!;
  }

  async function rate(chatId: string, body: object): Promise<Response> {
    return service.post('/api/feedback', { chat_id: chatId, uid: 'anybody', ...body }, { key });
  }

  async function list(query = ''): Promise<FeedbackList> {
    const response = await service.request('GET', `/api/feedback${query}`, { key });
    expect(response.status).toBe(200);
    return (await response.json()) as FeedbackList;
  }

  const questions = async (query: string) => (await list(query)).feedback.map(({ question }) => question);
  const withdraw = (chatId: string, uid: string) =>
    service.request('DELETE', `/api/feedback/${chatId}?uid=${encodeURIComponent(uid)}`, { key });

  it('is read back with its question and answer, whatever became of that', async () => {
    await service.request('PUT', '/api/prompts/mine', { key, body: { template: 'Answer {{question}}' } });
    const a = await askA({ query: 'A?', user_id: 'user 123', prompt_name: 'mine' });
    const b = await askB('B?', { qa_prompt: '简短' });
    model.next(endAfter(['half']));
    await service.post('/chat', { query: 'failed', conversation_id: 'c' }, { key });
    const messages = await service.request('GET', '/api/conversations/c/messages', { key });
    const failed = ((await messages.json()) as { messages: { message_id: string }[] }).messages[0]!
      .message_id;
    const sent = [
      await (await rate(a, { uid: 'user 123', stars: 2, reason: '材料错误' })).json(),
      await (await rate(b, { uid: UID.toUpperCase(), better_answer: '更好' })).json(),
      await (await rate(failed, { reason: 'broke off' })).json(),
    ] as object[];
    const told = [
      {
        variant: 'conversation',
        question: 'A?',
        answer: 'an answer',
        prompt_name: 'mine',
        prompt_version: 1,
      },
      { variant: 'qa', question: 'B?', answer: 'an answer' },
      { variant: 'conversation', question: 'failed', answer: 'half', prompt_name: 'default' },
    ];
    expect(await list()).toEqual({
      feedback: sent
        .map((feedback, index) => ({ ...feedback, model_name: 'test-model', ...told[index] }))
        .reverse(),
      next_cursor: null,
    });
  });

  it('comes in pages, the newest first, also when it is filtered', async () => {
    for (let number = 1; number <= 7; number++)
      await rate(await askA({ query: `${number}` }), { stars: (number % 2) + 1 });
    // What is changed keeps its place.
    await rate((await list()).feedback.at(-1)!.chat_id, { reason: 'changed' });
    const read: string[][] = [];
    for (const filter of ['', '&min_stars=2&max_stars=2']) {
      let cursor: string | null = '';
      while (cursor !== null) {
        const page = await list(`?limit=3${filter}${cursor && `&cursor=${cursor}`}`);
        read.push(page.feedback.map(({ question }) => question));
        cursor = page.next_cursor;
      }
    }
    expect(read).toEqual([['7', '6', '5'], ['4', '3', '2'], ['1'], ['7', '5', '3'], ['1']]);
  });

  it('is filtered by stars, moment, model, prompt and end user, each of which must hold', async () => {
    await service.request('PUT', '/api/prompts/mine', { key, body: { template: 'one {{question}}' } });
    const first = await askA({ query: 'first', prompt_name: 'mine', user_id: 'ann' });
    await service.request('PUT', '/api/prompts/mine', { key, body: { template: 'two {{question}}' } });
    const second = await askA({ query: 'second', prompt_name: 'mine', user_id: 'bob' });
    const third = await askB('third');
    const fourth = await askA({ query: 'fourth', user_id: UID.toUpperCase() });
    for (const [index, [id, uid]] of [
      [first, 'ann'],
      [second, 'bob'],
      [third, UID],
      [fourth, UID],
    ].entries())
      await rate(id!, { uid, ...(index < 3 ? { stars: index + 3 } : { reason: 'no stars' }) });
    const database = service.app.get<DataSource>(getDataSourceToken());
    for (const [index, id] of [first, second, third, fourth].entries()) {
      const moments = [`2026-01-0${index + 1}T00:00:00Z`, id];
      await database.query('UPDATE feedback SET updated_at = $1 WHERE turn_id = $2', moments);
    }
    await database.query(`UPDATE turn SET model = 'other' WHERE id = $1`, [third]);
    const CASES: Record<string, string[]> = {
      '': ['fourth', 'third', 'second', 'first'],
      '?min_stars=4': ['third', 'second'],
      '?max_stars=4': ['second', 'first'],
      '?min_stars=4&max_stars=4': ['second'],
      '?min_stars=1&max_stars=2': [],
      '?since=2026-01-02T00:00:00Z': ['fourth', 'third', 'second'],
      '?until=2026-01-02T00:00:00Z': ['first'],
      '?since=2026-01-02T08:00:00%2B08:00&until=2026-01-03T00:00:00.001Z': ['third', 'second'],
      '?since=0001-01-01T00:00:00%2B14:00&until=9999-12-31T23:59:59-14:00': [
        'fourth',
        'third',
        'second',
        'first',
      ],
      '?model_name=other': ['third'],
      '?model_name=test-model&max_stars=3': ['first'],
      '?prompt_name=mine': ['second', 'first'],
      '?prompt_name=mine&prompt_version=1': ['first'],
      '?prompt_version=2': ['second'],
      '?prompt_name=qa': ['third'],
      '?prompt_name=min': [],
      '?uid=ann': ['first'],
      '?uid=Ann': [],
      [`?uid=${UID}`]: ['fourth', 'third'],
      [`?uid=${UID.toUpperCase()}`]: ['fourth', 'third'],
      '?uid=bob&min_stars=5': [],
    };
    for (const [query, expected] of Object.entries(CASES))
      expect([query, await questions(query)]).toEqual([query, expected]);
  });

  describe('is withdrawn', () => {
    it('with its revisions, and is the first one when it is sent again', async () => {
      const id = await askB('withdrawn?');
      await rate(id, { uid: UID, stars: 1 });
      await rate(id, { uid: UID, stars: 2 });
      const database = service.app.get<DataSource>(getDataSourceToken());
      const revisions = () => database.query<object[]>('SELECT FROM feedback_revision');
      const before = (await revisions()).length;
      const withdrawn = await withdraw(id.toUpperCase(), UID.toUpperCase());
      expect([withdrawn.status, await withdrawn.text()]).toEqual([204, '']);
      expect((await revisions()).length).toBe(before - 1);
      expect(await list()).toEqual({ feedback: [], next_cursor: null });
      const receipt = await service.request('GET', `/api/chat/${id}`, { key });
      expect(await receipt.json()).toMatchObject({ question: 'withdrawn?', feedback: [] });
      expect((await withdraw(id, UID)).status).toBe(404);
      const again = await rate(id, { uid: UID, reason: 'again' });
      expect([again.status, await again.json()]).toMatchObject([
        201,
        { revision: 1, stars: null, reason: 'again' },
      ]);
    });

    it('by the end user who sent it, and by no other', async () => {
      const open = await askA({ query: 'without an end user' });
      await rate(open, { uid: 'ann', stars: 1 });
      await rate(open, { uid: 'bob/?&', stars: 1 });
      const owned = await askA({ query: 'of ann', user_id: 'ann' });
      await rate(owned, { uid: 'ann', stars: 1 });
      const refused = [
        await withdraw(owned, 'bob'),
        await withdraw(owned, 'Ann'),
        await withdraw(open, 'carol'),
        await withdraw(newId(), 'ann'),
        await withdraw('not-an-id', 'ann'),
      ];
      const problems = await Promise.all(refused.map(readProblem));
      for (const problem of problems)
        expect({ ...problem, instance: '', request_id: '' }).toEqual({
          ...problems[0],
          code: 'not_found',
          instance: '',
          request_id: '',
        });
      expect((await withdraw(open, 'bob/?&')).status).toBe(204);
      expect((await list()).feedback.map(({ question, uid }) => [question, uid])).toEqual([
        ['of ann', 'ann'],
        ['without an end user', 'ann'],
      ]);
    });

    it('while it is sent, and no caller hears that the answer does not exist', async () => {
      const id = await askA({ query: 'busy' });
      const sent: number[] = [];
      const withdrawn: number[] = [];
      const round = async () => {
        sent.push((await rate(id, { stars: 3 })).status);
        withdrawn.push((await withdraw(id, 'anybody')).status);
      };
      const rounds = async () => {
        for (let count = 0; count < 15; count++) await round();
      };
      await Promise.all([rounds(), rounds(), rounds(), rounds()]);
      expect(sent.filter((status) => ![200, 201].includes(status))).toEqual([]);
      expect(withdrawn.filter((status) => ![204, 404].includes(status))).toEqual([]);
      // Each that was the first is gone again.
      expect(withdrawn.filter((status) => status === 204).length).toBe(
        sent.filter((status) => status === 201).length,
      );
    });
  });
});

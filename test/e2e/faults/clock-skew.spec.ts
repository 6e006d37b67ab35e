import { jest } from '@jest/globals';
import { millisecondsOf } from '../../../src/common/uuid.js';
import type { ChildService } from '../../support/programs/child-service.js';
import { ChildWithModel } from '../../support/programs/child-with-model.js';
import { answer } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { shiftedClock } from '../../support/programs/shifted-clock.js';

jest.setTimeout(60_000);

const MINUTES = 60_000;
const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';
const QUESTIONS = ['one', 'two', 'three', 'four', 'five', 'six'];

interface Page<Item> {
  readonly next_cursor: string | null;
  readonly items: readonly Item[];
}

/**
 * Real: the service as it is shipped, twice, over one PostgreSQL. The clock of each replica is wrong, by minutes and to
 * either side. Stand-in: the model.
 */
describe('Of two replicas whose clocks differ by half an hour', () => {
  let model: ModelServer;
  let stage: ChildWithModel;
  let replicas: ChildService[];

  beforeAll(async () => {
    stage = await ChildWithModel.prepare();
    model = stage.model;
    replicas = await Promise.all([+15 * MINUTES, -15 * MINUTES].map((ms) => stage.start(shiftedClock(ms))));
  });
  afterAll(() => stage.stop());

  /** Asks the replicas in turn. */
  async function ask(body: (question: string) => object): Promise<string[]> {
    const ids: string[] = [];
    for (const [index, question] of QUESTIONS.entries()) {
      model.next(answer(`answer to ${question}`));
      const response = await replicas[index % 2]!.post('/chat', { query: question, ...body(question) });
      ids.push(((await response.json()) as { message_id: string }).message_id);
    }
    return ids;
  }

  /** All of a list, two at a time, from one replica and the other. */
  async function pages<Item>(path: string, name: string): Promise<Item[]> {
    const items: Item[] = [];
    let cursor: string | null = null;
    for (let page = 0; page === 0 || cursor !== null; page++) {
      const query = `${path.includes('?') ? '&' : '?'}limit=2${cursor === null ? '' : `&cursor=${cursor}`}`;
      const response = await replicas[page % 2]!.request('GET', path + query);
      const body = (await response.json()) as Page<Item> & Record<string, Item[]>;
      items.push(...body[name]!);
      cursor = body.next_cursor;
    }
    return items;
  }

  it('each is wrong by a quarter of an hour', async () => {
    const dates = await Promise.all(
      replicas.map(async (replica) => {
        // Ids of requests are made by a replica's own clock.
        const { request_id } = (await (await replica.request('GET', '/nowhere')).json()) as {
          request_id: string;
        };
        return millisecondsOf(request_id);
      }),
    );
    expect((dates[0]! - dates[1]!) / MINUTES).toBeCloseTo(30, 0);
  });

  it('a conversation has the true order: in its history, its list and the pages of that', async () => {
    const index = model.requests.length;
    await ask(() => ({ conversation_id: 'c' }));
    for (const [number, { body }] of model.requests.slice(index).entries()) {
      const said = body!.messages!.filter(({ role }) => role === 'user').map(({ content }) => content);
      expect(said).toEqual(QUESTIONS.slice(0, number + 1));
    }
    const messages = await pages<{ query: string }>('/api/conversations/c/messages', 'messages');
    expect(messages.map(({ query }) => query).reverse()).toEqual(QUESTIONS);
  });

  it('conversations, feedback and exports have the true order', async () => {
    const ids = await ask((question) => ({ conversation_id: `c-${question}`, user_id: UID }));
    const conversations = await pages<{ conversation_id: string }>(
      `/api/conversations?user_id=${UID}`,
      'conversations',
    );
    expect(conversations.map((one) => one.conversation_id).reverse()).toEqual(
      QUESTIONS.map((one) => `c-${one}`),
    );
    for (const [index, chat_id] of ids.entries())
      await replicas[(index + 1) % 2]!.post('/api/feedback', { chat_id, uid: UID, stars: 5 });
    const feedback = await pages<{ chat_id: string }>('/api/feedback', 'feedback');
    expect(feedback.map(({ chat_id }) => chat_id).reverse()).toEqual(ids);
    const exported = await (await replicas[0]!.request('GET', '/api/exports/sft')).text();
    const rows = exported
      .trim()
      .split('\n')
      .map((line) => line.match(/answer to (\w+)/)![1]);
    expect(rows).toEqual(QUESTIONS);
  });
});

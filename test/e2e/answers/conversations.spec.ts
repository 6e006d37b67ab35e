import { answer, hold } from '../../support/model/model-server.answers.js';
import { endAfter } from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { readProblem } from '../../support/requests/problem.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { readSse } from '../../support/service/sse.js';

interface Conversations {
  readonly conversations: { conversation_id: string; name: string; user_id: string | null }[];
  readonly next_cursor: string | null;
}
interface Messages {
  readonly messages: { message_id: string; query: string; text: string; status: string }[];
  readonly next_cursor: string | null;
}

/** Real: the complete service, its database, HTTP both ways. Stand-in: the model behind its server. */
describe('Conversations', () => {
  let model: ModelServer;
  let service: TestService;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' }));
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  /** A client that has nothing yet. */
  let key: string;
  let clients = 0;
  beforeEach(async () => {
    key = await service.addClient(`client-${++clients}`);
    model.always(answer('an answer'));
  });

  const get = async <Body>(path: string): Promise<Body> => {
    const response = await service.request('GET', path, { key });
    expect(response.status).toBe(200);
    return (await response.json()) as Body;
  };
  const ask = (body: object) => service.post('/chat', { query: 'q', ...body }, { key });
  const path = (id: string) => `/api/conversations/${encodeURIComponent(id)}`;

  it('are listed, the newest first, page after page, also those of one end user alone', async () => {
    for (const id of ['one', 'two', 'three', 'four', 'five'])
      await ask({ conversation_id: id, user_id: id.startsWith('t') ? 'bob' : undefined });
    const first = await get<Conversations>('/api/conversations?limit=3');
    const ids = (list: Conversations) => list.conversations.map(({ conversation_id }) => conversation_id);
    expect(ids(first)).toEqual(['five', 'four', 'three']);
    const second = await get<Conversations>(`/api/conversations?limit=3&cursor=${first.next_cursor}`);
    expect([ids(second), second.next_cursor]).toEqual([['two', 'one'], null]);
    const ofBob = await get<Conversations>('/api/conversations?user_id=bob&limit=1');
    const olderOfBob = await get<Conversations>(
      `/api/conversations?user_id=bob&limit=1&cursor=${ofBob.next_cursor}`,
    );
    expect([ids(ofBob), ids(olderOfBob), olderOfBob.next_cursor]).toEqual([['three'], ['two'], null]);
    expect(ofBob.conversations[0]).toMatchObject({ name: 'q', user_id: 'bob' });
    expect(ids(await get<Conversations>('/api/conversations?user_id=nobody'))).toEqual([]);
  });

  it('are read with everything that was said, whatever became of it', async () => {
    const id = 'any / characters? 会话 "7" %';
    model.next(answer('1'), endAfter(['half']), answer('3'));
    await ask({ query: 'one', conversation_id: id });
    await ask({ query: 'two', conversation_id: id });
    await ask({ query: 'three', conversation_id: id });
    await ask({ query: 'elsewhere', conversation_id: 'another' });
    expect(await get(path(id))).toMatchObject({ conversation_id: id, name: 'one', user_id: null });
    const first = await get<Messages>(`${path(id)}/messages?limit=2`);
    expect(first.messages).toMatchObject([
      { query: 'three', text: '3', status: 'completed', finish_reason: 'stop' },
      { query: 'two', text: 'half', status: 'failed', error_code: 'model_failed' },
    ]);
    const second = await get<Messages>(`${path(id)}/messages?cursor=${first.next_cursor}`);
    expect(second).toMatchObject({ messages: [{ query: 'one', text: '1' }], next_cursor: null });
  });

  it('are renamed', async () => {
    await ask({ conversation_id: 'c' });
    const renamed = await service.request('PATCH', path('c'), { key, body: { name: '新名称' } });
    expect([renamed.status, await renamed.json()]).toMatchObject([200, { name: '新名称' }]);
    expect(await get(path('c'))).toMatchObject({ name: '新名称' });
  });

  it('are renamed for the end user that the body names, as questions are asked for it, and for no other', async () => {
    await ask({ conversation_id: 'alices', user_id: '5' });
    const rename = async (body: object, query = '') =>
      (await service.request('PATCH', path('alices') + query, { key, body: { name: 'mine', ...body } }))
        .status;
    expect(await rename({ user_id: 'bob' })).toBe(404);
    expect(await rename({ user_id: 'bob' }, '?user_id=5')).toBe(404);
    expect(await rename({ user_id: '5' }, '?user_id=bob')).toBe(404);
    expect(await get(path('alices'))).not.toMatchObject({ name: 'mine' });
    for (const body of [{ user_id: '5' }, { user_id: 5 }, { user_id: '' }, { user_id: null }, {}])
      expect(await rename(body)).toBe(200);
    expect(await rename({ user_id: '5' }, '?user_id=5')).toBe(200);
  });

  it('are deleted with their turns, and can begin again', async () => {
    const asked = (await (await ask({ conversation_id: 'c' })).json()) as { message_id: string };
    await service.post('/api/feedback', { chat_id: asked.message_id, uid: 'u', stars: 5 }, { key });
    expect((await service.request('DELETE', path('c'), { key })).status).toBe(204);
    for (const gone of [path('c'), `${path('c')}/messages`, `/api/chat/${asked.message_id}`])
      expect((await service.request('GET', gone, { key })).status).toBe(404);
    expect((await service.request('DELETE', path('c'), { key })).status).toBe(404);
    await ask({ query: 'anew', conversation_id: 'c' });
    expect(model.requests.at(-1)!.body!.messages!.map(({ content }) => content)).not.toContain('q');
    expect((await get<Messages>(`${path('c')}/messages`)).messages).toHaveLength(1);
  });

  it('are not deleted while a question is being answered in them', async () => {
    const held = hold(['half ']);
    model.next(held);
    const reading = readSse(
      await service.post('/chat/stream', { query: 'q', conversation_id: 'c' }, { key }),
    );
    await reading.next();
    const refused = await service.request('DELETE', path('c'), { key });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await readProblem(refused)).toMatchObject({ status: 409, code: 'turn_in_progress' });
    held.release();
    await reading.rest();
    expect((await service.request('DELETE', path('c'), { key })).status).toBe(204);
  });

  it('of one end user do not exist for another', async () => {
    await ask({ conversation_id: 'c', user_id: 'bob' });
    const requests: [string, string, object?][] = [
      ['GET', '', undefined],
      ['GET', '/messages', undefined],
      ['PATCH', '', { name: 'mine' }],
      ['DELETE', '', undefined],
    ];
    for (const [method, rest, body] of requests) {
      const response = await service.request(method, `${path('c')}${rest}?user_id=alice`, { key, body });
      expect(await readProblem(response)).toMatchObject({ status: 404, code: 'not_found' });
    }
    expect(await get(`${path('c')}?user_id=bob`)).toMatchObject({ name: 'q', user_id: 'bob' });
  });
});

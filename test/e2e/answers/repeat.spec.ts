import { createTestDatabase } from '../../support/database/database.js';
import { answer, hold } from '../../support/model/model-server.answers.js';
import { endAfter, status } from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import { startService, type TestService } from '../../support/service/service.js';
import { foldFrames, type Frame, readFrames, readSse } from '../../support/service/sse.js';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

/** Real: the complete service, its database, HTTP both ways. Stand-in: the model behind its server. */
describe('A repeated question', () => {
  let model: ModelServer;
  let service: TestService;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' }));
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  let nextKey = 0;
  const newKey = () => ({ 'idempotency-key': `key-${++nextKey}` });

  describe('with an Idempotency-Key', () => {
    it('is answered once, twenty times at once', async () => {
      const asked = model.requests.length;
      model.next(answer('only once'));
      const headers = newKey();
      const body = { query: 'q', conversation_id: 'twenty' };
      const answers = await Promise.all(
        Array.from({ length: 20 }, async () => (await service.post('/chat', body, { headers })).json()),
      );
      for (const one of answers) expect(one).toEqual(answers[0]);
      expect(model.requests.length).toBe(asked + 1);
    });

    it('attaches to the running turn, whichever way it is asked for', async () => {
      const held = hold(['half ']);
      model.next(held);
      const headers = newKey();
      const body = { query: 'attach', conversation_id: 'attach' };
      const stream = readSse(await service.post('/chat/stream', body, { headers }));
      await stream.next();
      const json = service.post('/chat', { ...body, stream: false }, { headers });
      const again = readSse(await service.post('/chat', { ...body, stream: true }, { headers }));
      await again.next();
      held.release();
      const frames = (await stream.rest()).map(({ data }) => JSON.parse(data) as Frame);
      expect(await (await json).json()).toMatchObject({ text: 'half ', message_id: frames[0]!.message_id });
      expect((await again.rest()).map(({ data }) => JSON.parse(data) as Frame)).toEqual(frames);
    });

    it('is replayed after its end, on variant B too', async () => {
      const asked = model.requests.length;
      model.next(answer(['a', 'b']));
      const headers = newKey();
      const body = { question: 'replay', uid: UID };
      const first = await readFrames(await service.post('/api/chat', body, { headers }));
      const second = await readFrames(
        await service.post('/api/chat', { ...body, history: null }, { headers }),
      );
      expect(foldFrames(second)).toBe(foldFrames(first));
      expect([second[0], ...second.slice(-2)]).toEqual([first[0], ...first.slice(-2)]);
      expect(model.requests.length).toBe(asked + 1);
    });

    it('is replayed when the default model or prompt is named in another way, and not for others', async () => {
      const asked = model.requests.length;
      model.next(answer('as ever'));
      const headers = newKey();
      const ways = [
        {},
        { model_name: 'test-model' },
        { prompt_name: 'llm_chat' },
        { prompt_name: 'default' },
      ];
      for (const way of ways) {
        const response = await service.post('/chat', { query: 'named', ...way }, { headers });
        expect(await response.json()).toMatchObject({ text: 'as ever' });
      }
      expect(model.requests.length).toBe(asked + 1);

      const own = { body: { template: 'No alias any more.' } };
      expect((await service.request('PUT', '/api/prompts/llm_chat', own)).status).toBe(201);
      model.next(answer('by my own'));
      const mine = newKey();
      const byOwn = { query: 'named', prompt_name: 'llm_chat' };
      expect((await service.post('/chat', byOwn, { headers: mine })).status).toBe(200);
      expect((await service.post('/chat', byOwn, { headers: mine })).status).toBe(200);
      expect((await service.post('/chat', { query: 'named' }, { headers: mine })).status).toBe(409);
    });

    it('is refused with another body, and is another question to another client', async () => {
      model.next(answer('mine'), answer('theirs'));
      const headers = newKey();
      expect((await service.post('/chat', { query: 'mine' }, { headers })).status).toBe(200);
      const refused = await service.post('/chat', { query: 'other' }, { headers });
      expect(refused.status).toBe(409);
      expect(await refused.json()).toMatchObject({ code: 'request_differs', retryable: false });
      const key = await service.addClient('key-stranger');
      const theirs = await service.post('/chat', { query: 'other' }, { headers, key });
      expect(await theirs.json()).toMatchObject({ text: 'theirs' });
    });

    it('is another question to another end user, and to none: each has the key for themselves', async () => {
      const headers = newKey();
      const asked = model.requests.length;
      const owners = [{ user_id: 'one' }, { user_id: 'two' }, {}];
      model.next(answer('of one'), answer('of two'), answer('of none'));
      for (const _ of ['first', 'again']) {
        const texts = [];
        for (const owner of owners) {
          const response = await service.post('/chat', { query: 'whose', ...owner }, { headers });
          texts.push(((await response.json()) as { text: string }).text);
        }
        expect(texts).toEqual(['of one', 'of two', 'of none']);
      }
      const refused = await service.post('/chat', { query: 'other', user_id: 'two' }, { headers });
      expect(refused.status).toBe(409);
      expect(model.requests.length).toBe(asked + 3);
    });

    it('is asked again after a failure that may pass, and gets the same after any other failure', async () => {
      model.next(endAfter(['half']), answer('then'), status(400, {}));
      const headers = newKey();
      expect((await service.post('/chat', { query: 'q' }, { headers })).status).toBe(502);
      expect(await (await service.post('/chat', { query: 'q' }, { headers })).json()).toMatchObject({
        text: 'then',
      });

      const asked = model.requests.length;
      const refused = newKey();
      const problems = [];
      for (const _ of [1, 2]) {
        const response = await service.post('/chat', { query: 'refused' }, { headers: refused });
        const { code, detail } = (await response.json()) as { code: string; detail: string };
        problems.push({ status: response.status, code, detail });
      }
      expect(problems[0]).toMatchObject({ status: 502, code: 'model_refused' });
      expect(problems[1]).toEqual(problems[0]);
      expect(model.requests.length).toBe(asked + 1);
    });

    it.each([[''], ['  '], ['x'.repeat(256)], ['with space'], ['é']])('cannot be %j', async (key) => {
      const response = await service.post('/chat', { query: 'q' }, { headers: { 'idempotency-key': key } });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ pointer: 'Idempotency-Key' }] });
    });

    it('stays with its answer when the same key comes after a refusal that stored nothing', async () => {
      const headers = newKey();
      expect((await service.post('/chat', { query: 'q', model_name: 'nope' }, { headers })).status).toBe(400);
      model.next(answer('good'));
      expect((await service.post('/chat', { query: 'q' }, { headers })).status).toBe(200);
    });
  });

  describe('with an Idempotency-Key, when the question would be refused today', () => {
    const refusedAs = async (response: Response) => ((await response.json()) as { code: string }).code;

    it('is replayed after its prompt was deleted', async () => {
      await service.request('PUT', '/api/prompts/passing', { body: { template: 'Be brief.' } });
      model.next(answer('brief'));
      const headers = newKey();
      const body = { query: 'q', prompt_name: 'passing' };
      const first: unknown = await (await service.post('/chat', body, { headers })).json();
      expect((await service.request('DELETE', '/api/prompts/passing')).status).toBe(204);

      expect(await refusedAs(await service.post('/chat', body))).toBe('prompt_not_found');
      expect(await refusedAs(await service.post('/chat', body, { headers: newKey() }))).toBe(
        'prompt_not_found',
      );
      expect(await (await service.post('/chat', body, { headers })).json()).toEqual(first);
      const streamed = await readFrames(await service.post('/chat/stream', body, { headers }));
      expect(foldFrames(streamed)).toBe('brief');
      const other = await service.post('/chat', { ...body, query: 'p' }, { headers });
      expect(await refusedAs(other)).toBe('request_differs');
    });

    it('is replayed after its model, the default one then, was removed', async () => {
      const environment = (name: string) => ({ LLM_BASE_URL: model.baseUrl, LLM_MODEL: name });
      const database = await createTestDatabase();
      const before = await startService({ environment: environment('old'), database });
      const bodies = [{ query: 'q', model_name: 'old' }, { query: 'q' }];
      const asked = [];
      for (const body of bodies) {
        model.next(answer('of the old'));
        const headers = newKey();
        asked.push({ body, headers, first: await (await before.post('/chat', body, { headers })).json() });
      }
      await before.stop();

      const after = await startService({ environment: environment('new'), database });
      for (const { body, headers, first } of asked)
        expect(await (await after.post('/chat', body, { headers })).json()).toEqual(first);
      expect(await refusedAs(await after.post('/chat', bodies[0]))).toBe('model_not_supported');
      await after.stop();
      await database.drop();
    });
  });

  describe('without a key', () => {
    const paths: [string, object][] = [
      ['/chat', { query: 'lost', user_id: 'u1', conversation_id: 'lost', stream: true }],
      ['/api/chat', { question: 'lost', uid: UID }],
    ];

    it.each(paths)('on %s attaches to a running turn whose reader has gone', async (path, body) => {
      const asked = model.requests.length;
      const held = hold(['half ']);
      model.next(held);
      const leaving = new AbortController();
      const lost = readSse(await service.post(path, body, { signal: leaving.signal }));
      const first = JSON.parse((await lost.next())!.data) as Frame;
      leaving.abort();
      const again = readSse(await service.post(path, body));
      const frames = [JSON.parse((await again.next())!.data) as Frame];
      held.release();
      frames.push(
        ...(await again.rest()).flatMap(({ data }) => (data === '[DONE]' ? [] : [JSON.parse(data) as Frame])),
      );
      expect(frames[0]!.message_id ?? frames[0]!.chat_id).toBe(first.message_id ?? first.chat_id);
      expect(model.requests.length).toBe(asked + 1);
    });

    it('is another question while the first is read, or of another end user', async () => {
      model.next(answer('one'), answer('two'));
      const ask = async (uid: string) =>
        (await readFrames(await service.post('/api/chat', { question: 'same', uid })))[0]!;
      const [one, two] = [await ask(UID), await ask('11111111-1111-4111-8111-111111111111')];
      expect(one.chat_id).not.toBe(two.chat_id);

      const held = hold(['held ']);
      model.next(held, answer('beside'));
      const reading = readSse(await service.post('/api/chat', { question: 'beside', uid: UID }));
      await reading.next();
      const beside = await readFrames(await service.post('/api/chat', { question: 'beside', uid: UID }));
      expect(beside.map(({ data }) => data).join('')).toContain('beside');
      held.release();
      await reading.rest();
    });
  });
});

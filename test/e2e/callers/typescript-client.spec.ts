import {
  type ChatClient,
  createChatClient,
  ProblemError,
  type Question,
} from '../../../clients/typescript/src/chat-client.js';
import { newId } from '../../../src/common/uuid.js';
import { failureOf, firstOf, listEvents } from '../../support/callers/answer-events.js';
import { DELTAS, FAILED, IDS, QUICK, SENTENCES, VARIANTS } from '../../support/callers/client-variants.js';
import { CuttingProxy } from '../../support/model/cutting-proxy.js';
import { answer, hold } from '../../support/model/model-server.answers.js';
import { endAfter, errorFrameAfter } from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import { startServiceWithTargets } from '../../support/service/service-with-targets.js';
import type { TestService } from '../../support/service/service.js';
import { UID } from '../../support/service/ways-to-ask.js';

/**
 * Real: the complete service, its database, HTTP both ways, the package `clients/typescript`. Stand-in: the model behind
 * its server.
 */
describe('The TypeScript client', () => {
  let model: ModelServer;
  let service: TestService;
  let client: ChatClient;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithTargets({ BREAK_MIN_CHARS: '20' }));
    client = connectTo(service.url);
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  const connectTo = (baseUrl: string) => createChatClient({ baseUrl, key: service.key, reconnect: QUICK });

  const storedText = async (chatId: string | undefined) => (await client.receipt(chatId!)).text;

  describe('asks', () => {
    it('variant A, in a conversation', async () => {
      model.next(answer(DELTAS), answer('Yes.'));
      const question = { query: 'q', user_id: 'u1', conversation_id: 'c1' };
      const events = await listEvents(client.ask(question));
      const { chatId } = events[0] as { chatId: string };
      expect(events).toEqual([
        { type: 'started', ...IDS, conversationId: 'c1' },
        ...DELTAS.map((text) => ({ type: 'text', text })),
        {
          type: 'completed',
          answer: {
            chatId,
            conversationId: 'c1',
            text: DELTAS.join(''),
            messages: [DELTAS.join('')],
            reasoning: '',
            sources: [],
            finishReason: 'stop',
            usage: { input_tokens: 11, output_tokens: 7 },
          },
        },
      ]);
      await client.ask({ ...question, query: 'And?' });
      expect(model.requests.at(-1)!.body!.messages).toContainEqual({
        role: 'assistant',
        content: DELTAS.join(''),
      });
    });

    it('variant B, with its sources', async () => {
      const document = {
        title: 'Penguins',
        source: 'penguins.md',
        content: 'Emperor penguins breed in winter.',
      };
      await service.post('/api/documents', document);
      model.next(answer(DELTAS));
      const question = { question: 'When do emperor penguins breed?', uid: UID };
      const events = await listEvents(client.ask(question));
      const pageContent = expect.stringContaining('breed in winter') as string;
      const sources = [
        { pageContent, metadata: expect.objectContaining({ source: 'penguins.md' }) as never },
      ];
      expect(events.slice(0, 2)).toEqual([
        { type: 'started', ...IDS },
        { type: 'sources', sources },
      ]);
      expect(events.at(-1)).toMatchObject({
        type: 'completed',
        answer: { text: DELTAS.join(''), sources, finishReason: 'stop' },
      });
    });

    it.each(VARIANTS)('variant $variant, and can be awaited', async ({ question }) => {
      model.next(answer(DELTAS));
      const { text, chatId, finishReason } = await client.ask(question);
      expect([text, finishReason]).toEqual([DELTAS.join(''), 'stop']);
      expect(await storedText(chatId)).toBe(text);
    });

    it('and folds RETRYING and BREAK', async () => {
      model.next(errorFrameAfter(FAILED, { type: 'rate_limit' }), answer(SENTENCES));
      const pending = client.ask({ question: 'q', uid: UID });
      const types = (await listEvents(pending)).map(({ type }) => type).filter((type) => type !== 'text');
      expect(types).toEqual(['started', 'sources', 'retrying', 'break', 'break', 'completed']);
      const { text, messages, chatId } = await pending;
      expect(messages).toEqual(SENTENCES);
      expect(await storedText(chatId)).toBe(text);
    });

    it('for an unknown model, and gets the known ones', async () => {
      const pending = client.ask({ query: 'q', model_name: 'nope' });
      const error = await failureOf(pending, ProblemError);
      expect(error).toMatchObject({ status: 400, code: 'model_not_supported', isRetryable: false });
      expect(error.problem).toMatchObject({
        supported: ['test-model'],
        errors: [{ pointer: '/model_name' }],
      });
      expect(error.message).toBe(error.problem!.detail);
      await expect(listEvents(pending)).rejects.toBe(error);
    });

    it.each([
      ['a wrong key', { key: 'nobody' }, { query: 'q' }, 401, 'unauthorized'],
      ['no question', {}, { query: '' }, 400, 'validation_failed'],
      ['both questions', {}, { query: 'q', question: 'q', uid: UID }, 400, 'validation_failed'],
      ['neither question', {}, {}, 400, 'validation_failed'],
    ])('once, and no more, with %s', async (_name, options, question, status, code) => {
      const proxy = await CuttingProxy.start(service.url, { cuts: [] });
      const refused = createChatClient({ baseUrl: proxy.url, key: service.key, ...options });
      const error = await failureOf(refused.ask(question as Question), ProblemError);
      expect([error.status, error.code, proxy.requestCount]).toEqual([status, code, 1]);
      await proxy.stop();
    });
  });

  it.each(VARIANTS)('throws the problem of $variant that failed on its way', async ({ question }) => {
    model.next(endAfter(['half ']), endAfter([]), endAfter([]));
    const pending = client.ask(question);
    const error = await failureOf(pending, ProblemError);
    expect(error).toMatchObject({ status: 502, code: 'model_failed', isRetryable: true });
    const { text, error_code } = await client.receipt(error.partial!.chatId!);
    expect(error_code).toBe('model_failed');
    expect(error.partial!.text).toBe(text);
    await expect(listEvents(pending)).rejects.toBe(error);
  });

  it.each(VARIANTS)('stops $variant', async ({ question }) => {
    model.next(hold(['half an ']));
    const pending = client.ask(question);
    for await (const event of pending) {
      if (event.type !== 'text') continue;
      const { chatId } = (await firstOf(pending)) as { chatId: string };
      expect(await client.stop(chatId)).toMatchObject({ status: 'cancelled', characters: 8 });
    }
    expect(await pending).toMatchObject({ text: 'half an ', finishReason: 'cancelled' });
  });

  it.each(VARIANTS)('sends feedback on $variant, and reads its receipt', async ({ variant, question }) => {
    model.next(answer(DELTAS));
    const uid = variant === 'qa' ? UID : 'u1';
    const { chatId } = await client.ask(variant === 'qa' ? question : { query: 'q', user_id: uid });
    const feedback = { chat_id: chatId, uid, stars: 2, better_answer: 'Better.' };
    expect(await client.feedback(feedback)).toMatchObject({ ...feedback, revision: 1 });
    expect(await client.feedback({ chat_id: chatId, uid, stars: 5 })).toMatchObject({
      stars: 5,
      revision: 2,
    });
    expect(await client.receipt(chatId)).toMatchObject({
      chat_id: chatId,
      variant,
      text: DELTAS.join(''),
      feedback: [{ uid, stars: 5, better_answer: 'Better.' }],
    });
  });

  it('hears what is wrong with feedback, and that an answer is unknown', async () => {
    const unknown = newId();
    const stars = await failureOf(client.feedback({ chat_id: unknown, uid: UID, stars: 9 }), ProblemError);
    expect(stars.problem!.errors).toEqual([expect.objectContaining({ pointer: '/stars' })]);
    for (const id of [unknown, 'x/y']) {
      const calls = [() => client.stop(id), () => client.receipt(id), () => client.follow(id)];
      for (const call of calls)
        expect(await failureOf(call(), ProblemError)).toMatchObject({ status: 404, code: 'not_found' });
    }
  });

  it('lists models and prompts', async () => {
    expect(await client.models()).toEqual([expect.objectContaining({ name: 'test-model', default: true })]);
    const own = Array.from({ length: 101 }, (_, index) => `many-${index}`);
    await Promise.all(
      own.map((name) => service.request('PUT', `/api/prompts/${name}`, { body: { template: 't' } })),
    );
    const names = (await client.prompts()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['default', ...own]));
    expect(new Set(names).size).toBe(names.length);
  });

  it('answers the same question under the same key once', async () => {
    const asked = model.requests.length;
    model.next(answer(DELTAS));
    const ask = () => client.ask({ query: 'q' }, { idempotencyKey: 'of-my-own' });
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(second).toEqual(first);
    expect(model.requests.length).toBe(asked + 1);
    const other = client.ask({ query: 'other' }, { idempotencyKey: 'of-my-own' });
    expect(await failureOf(other, ProblemError)).toMatchObject({ status: 409, code: 'request_differs' });
  });

  it('follows a running answer, and an ended one', async () => {
    const held = hold(['half ', 'of it']);
    model.next(held);
    const pending = client.ask({ question: 'q', uid: UID });
    const { chatId } = (await firstOf(pending)) as { chatId: string };
    const followed = client.follow(chatId);
    await firstOf(followed, 'text');
    held.release();
    expect(await followed).toEqual(await pending);
    expect(await client.follow(chatId)).toEqual(await pending);
  });

  describe('that is left', () => {
    let quick: { service: TestService; model: ModelServer };

    beforeAll(async () => {
      quick = await startServiceWithModel({ DISCONNECT_GRACE_MS: '0' });
    });
    afterAll(() => stopServiceWithModel(quick));

    const askQuick = (signal?: AbortSignal) => {
      quick.model.next(hold(['half ']));
      const { url: baseUrl, key } = quick.service;
      return createChatClient({ baseUrl, key }).ask({ query: 'q' }, { signal });
    };

    it('by its signal, closes the connection, and throws the reason of the signal', async () => {
      const index = quick.model.requests.length;
      const leaving = new AbortController();
      const pending = askQuick(leaving.signal);
      await firstOf(pending, 'text');
      const reason = new Error('The page was left');
      leaving.abort(reason);
      await expect(pending).rejects.toBe(reason);
      await expect(listEvents(pending)).rejects.toBe(reason);
      expect((await quick.model.requestClosed(index)).isAborted).toBe(true);
    });

    it('by the only loop over it, closes the connection', async () => {
      const index = quick.model.requests.length;
      const pending = askQuick();
      for await (const { type } of pending) if (type === 'text') break;
      expect((await quick.model.requestClosed(index)).isAborted).toBe(true);
      await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
    });

    it('before it asked, asks nothing', async () => {
      const asked = quick.model.requests.length;
      const { url: baseUrl, key } = quick.service;
      const pending = createChatClient({ baseUrl, key }).ask({ query: 'q' }, { signal: AbortSignal.abort() });
      await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
      expect(quick.model.requests.length).toBe(asked);
    });
  });
});

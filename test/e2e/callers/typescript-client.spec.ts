import {
  type AnswerEvent,
  type ChatClient,
  ConnectionError,
  createChatClient,
  type PendingAnswer,
  ProblemError,
  type Question,
} from '../../../clients/typescript/src/chat-client.js';
import { newId } from '../../../src/common/uuid.js';
import { CuttingProxy, type CuttingProxyOptions } from '../../support/model/cutting-proxy.js';
import { answer, hold } from '../../support/model/model-server.answers.js';
import { endAfter, errorFrameAfter } from '../../support/model/model-server.faults.js';
import { ModelServer } from '../../support/model/model-server.js';
import { answerInStep, ReadCount } from '../../support/time/read-count.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import { startServiceWithTargets } from '../../support/service/service-with-targets.js';
import type { TestService } from '../../support/service/service.js';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';
const DELTAS = ['One. ', '二。', 'Three 🙂.'];

/** Two attempts: the first fails in the middle, the second has two messages for variant B. */
const FAILED = ['Wrong ', 'start'];
const SENTENCES = [
  'The first sentence is good.\n\n',
  'So is the second one, it seems.\n\n',
  'And the third.',
];

/** Both variants; `framesBeforeEnd` of an answer of three deltas. */
const VARIANTS = [
  { variant: 'conversation', question: { query: 'q' }, framesBeforeText: 1, framesBeforeEnd: 4 },
  { variant: 'qa', question: { question: 'q', uid: UID }, framesBeforeText: 2, framesBeforeEnd: 5 },
] as const;

/** Short pauses: nothing here is to wait for a network that comes back. */
const QUICK = { firstDelayMs: 4, maxDelayMs: 8 };

const IDS = { chatId: expect.stringMatching(/^[\da-f-]{36}$/) as string };

async function listEvents(answer: PendingAnswer, onEvent?: () => void): Promise<AnswerEvent[]> {
  const events: AnswerEvent[] = [];
  for await (const event of answer) {
    events.push(event);
    if (event.type !== 'reconnecting') onEvent?.();
  }
  return events;
}

const typesOf = (events: readonly AnswerEvent[]) => events.map(({ type }) => type);

/** What a promise is rejected with. */
async function failureOf<Kind>(
  promise: PromiseLike<unknown>,
  kind: new (...args: never[]) => Kind,
): Promise<Kind> {
  const error = await promise.then(
    () => 'It was not rejected',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(kind);
  return error as Kind;
}

/**
 * Real: the complete service, its database, HTTP both ways, the package `clients/typescript`. Stand-ins: the model behind
 * its server, and a network that drops connections.
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
      const types = typesOf(await listEvents(pending)).filter((type) => type !== 'text');
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

  describe('whose connection is dropped', () => {
    /** Asks through a network that drops connections; checks what comes of it against what is stored. */
    async function ask(question: Question, network: CuttingProxyOptions, onEvent?: () => void) {
      const proxy = await CuttingProxy.start(service.url, network);
      try {
        const pending = connectTo(proxy.url).ask(question);
        const events = await listEvents(pending, onEvent);
        const { text, chatId } = await pending;
        expect(await storedText(chatId)).toBe(text);
        const reconnected = events.filter(({ type }) => type === 'reconnecting').length;
        expect(proxy.requestCount).toBe(reconnected + 1);
        return { events, text, reconnected };
      } finally {
        await proxy.stop();
      }
    }

    it.each(VARIANTS)('has the stored text of $variant, at whichever frame', async (variant) => {
      for (let afterFrames = 1; afterFrames <= variant.framesBeforeEnd; afterFrames++) {
        const read = new ReadCount();
        const asked = model.requests.length;
        model.next(answerInStep(DELTAS, read, variant.framesBeforeText));
        const network = { cuts: [{ afterFrames }], untilRead: read.reaches };
        const { text, events, reconnected } = await ask(variant.question, network, read.add);
        expect([text, reconnected]).toEqual([DELTAS.join(''), 1]);
        // Nothing comes twice.
        expect(events).toHaveLength(variant.framesBeforeEnd + 2);
        expect(model.requests.length).toBe(asked + 1);
      }
    });

    it.each(VARIANTS)('does not come back after the end of $variant', async (variant) => {
      for (const afterFrames of [1, 2]) {
        model.next(answer(DELTAS));
        const network = { cuts: [{ afterFrames: variant.framesBeforeEnd + afterFrames }] };
        const { text, reconnected } = await ask(variant.question, network);
        expect([text, reconnected]).toEqual([DELTAS.join(''), 0]);
      }
    });

    it.each(VARIANTS)('has the stored text of $variant after a drop behind each frame', async (variant) => {
      const read = new ReadCount();
      const asked = model.requests.length;
      model.next(answerInStep(DELTAS, read, variant.framesBeforeText));
      const cuts = Array.from({ length: variant.framesBeforeEnd }, () => ({ afterFrames: 1 }));
      const { text } = await ask(variant.question, { cuts, untilRead: read.reaches }, read.add);
      expect(text).toBe(DELTAS.join(''));
      expect(model.requests.length).toBe(asked + 1);
    });

    it.each(VARIANTS)('has it after a drop in the middle of a frame of $variant', async (variant) => {
      for (let afterFrames = 0; afterFrames <= variant.framesBeforeEnd; afterFrames++) {
        const asked = model.requests.length;
        model.next(answer(DELTAS));
        // Beyond the line with the id, into the data.
        const { text } = await ask(variant.question, { cuts: [{ afterFrames, bytesOn: 60 }] });
        expect(text).toBe(DELTAS.join(''));
        expect(model.requests.length).toBe(asked + 1);
      }
    });

    it.each(VARIANTS)('asks $variant no second time before the first frame', async (variant) => {
      const asked = model.requests.length;
      model.next(answer(DELTAS));
      const cuts = [{ afterFrames: 0 }, { afterFrames: 0 }, { afterFrames: 0 }];
      const { text, reconnected } = await ask(variant.question, { cuts });
      expect([text, reconnected]).toEqual([DELTAS.join(''), 3]);
      expect(model.requests.length).toBe(asked + 1);
    });

    it.each(VARIANTS)('has the text of $variant when the model fails too', async ({ variant, question }) => {
      for (let afterFrames = 0; ; afterFrames++) {
        model.next(errorFrameAfter(FAILED, { type: 'rate_limit' }), answer(SENTENCES));
        const { text, reconnected } = await ask(question, { cuts: [{ afterFrames }] });
        expect(text).toBe([...(variant === 'qa' ? [] : FAILED), ...SENTENCES].join(''));
        if (reconnected === 0) return;
      }
    });

    it.each(VARIANTS)('throws when $variant ends for good without its last frame', async (variant) => {
      model.next(hold(['half ']));
      const again = Array.from({ length: 8 }, () => ({ afterFrames: 0 }));
      const cuts = [{ afterFrames: variant.framesBeforeText + 1 }, ...again];
      const proxy = await CuttingProxy.start(service.url, { cuts });
      const pending = createChatClient({
        baseUrl: proxy.url,
        key: service.key,
        reconnect: { ...QUICK, maxAttempts: 4 },
      }).ask(variant.question);
      const read: AnswerEvent[] = [];
      const reading = (async () => {
        for await (const event of pending) read.push(event);
      })();
      const error = await failureOf(reading, ConnectionError);
      expect(read.filter(({ type }) => type === 'reconnecting')).toHaveLength(4);
      expect(proxy.requestCount).toBe(5);
      expect(error.partial).toMatchObject({ ...IDS, messages: ['half '] });
      // It is not lost: there is a connection again.
      await proxy.stop();
      await client.stop(error.partial!.chatId!);
      expect(await client.follow(error.partial!.chatId!)).toMatchObject({
        text: 'half ',
        finishReason: 'cancelled',
      });
    });

    it('stops asking a service that is not there', async () => {
      const baseUrl = await ModelServer.unreachableUrl();
      const lost = createChatClient({ baseUrl, key: 'k', reconnect: { ...QUICK, maxAttempts: 3 } });
      const pending = lost.ask({ query: 'q' });
      await expect(failureOf(pending, ConnectionError)).resolves.toMatchObject({ partial: { text: '' } });
      expect(typesOf(await listEventsUntilFailure(pending))).toEqual(Array<string>(3).fill('reconnecting'));
      await failureOf(lost.models(), ConnectionError);
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

/** The first event of that type; of any, without one. */
async function firstOf(pending: PendingAnswer, type?: AnswerEvent['type']): Promise<AnswerEvent> {
  const reading = pending[Symbol.asyncIterator]();
  for (;;) {
    const { value } = await reading.next();
    if (!value) throw new Error(`There is no event ${type}`);
    // Not returned: a loop that is left ends the answer.
    if (type === undefined || value.type === type) return value;
  }
}

async function listEventsUntilFailure(pending: PendingAnswer): Promise<AnswerEvent[]> {
  const events: AnswerEvent[] = [];
  try {
    for await (const event of pending) events.push(event);
  } catch {
    return events;
  }
  throw new Error('It did not fail');
}

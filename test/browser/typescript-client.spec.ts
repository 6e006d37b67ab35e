import type { Browser, Page } from 'playwright-core';
import type { Answer, Question } from '../../clients/typescript/src/chat-client.js';
import { CuttingProxy } from '../support/model/cutting-proxy.js';
import { answer, hold } from '../support/model/model-server.answers.js';
import { errorFrameAfter } from '../support/model/model-server.faults.js';
import { ModelServer } from '../support/model/model-server.js';
import { answerInStep, ReadCount } from '../support/time/read-count.js';
import { launchBrowser } from './chromium.js';
import { ModulePage } from './module-page.js';
import { type RunningService, startBuiltService } from './running-service.js';

type ClientModule = typeof import('../../clients/typescript/src/chat-client.js');

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';
const DELTAS = ['One. ', '二。', 'Three 🙂.'];
const FAILED = ['Wrong ', 'start'];
const SENTENCES = [
  'The first sentence is good.\n\n',
  'So is the second one, it seems.\n\n',
  'And the third.',
];

const VARIANTS = [
  { variant: 'conversation', question: { query: 'q' }, framesBeforeText: 1, framesBeforeEnd: 4 },
  { variant: 'qa', question: { question: 'q', uid: UID }, framesBeforeText: 2, framesBeforeEnd: 5 },
] as const;

interface Asked {
  readonly baseUrl: string;
  readonly key: string;
  readonly question: Question;
}

/** What came of a question in the page. */
interface Outcome {
  readonly types: readonly string[];
  readonly answer?: Answer;
  readonly error?: { readonly name: string; readonly code?: string; readonly text?: string };
}

/**
 * Real: Chromium, the built package in a page of another origin, the built service, HTTP between them. Stand-ins: the
 * model behind its server, and a network that drops connections.
 */
describe('The TypeScript client, in a browser', () => {
  let model: ModelServer;
  let service: RunningService;
  let origin: ModulePage;
  let browser: Browser;
  let page: Page;
  let read = new ReadCount();
  const complaints: string[] = [];

  beforeAll(async () => {
    model = await ModelServer.start();
    origin = await ModulePage.start();
    service = await startBuiltService({
      LLM_BASE_URL: model.baseUrl,
      LLM_MODEL: 'test-model',
      BREAK_MIN_CHARS: '20',
      CORS_ORIGINS: origin.origin,
    });
    browser = await launchBrowser();
    page = await browser.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.exposeFunction('onEvent', () => read.add());
    await page.goto(origin.origin);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await origin?.stop();
    await model?.stop();
    expect(complaints).toEqual([]);
  });
  beforeEach(() => void (read = new ReadCount()));

  const ask = (question: Question, baseUrl = service.url, key = service.key): Promise<Outcome> =>
    page.evaluate(
      async (asked: Asked): Promise<Outcome> => {
        const path = '/chat-client.js';
        const { createChatClient, ChatError, ProblemError } = (await import(path)) as ClientModule;
        const { onEvent } = globalThis as unknown as { onEvent: () => Promise<void> };
        const { baseUrl, key, question } = asked;
        const client = createChatClient({ baseUrl, key, reconnect: { firstDelayMs: 4, maxDelayMs: 8 } });
        const pending = client.ask(question);
        const types: string[] = [];
        try {
          for await (const { type } of pending) {
            types.push(type);
            if (type !== 'reconnecting') await onEvent();
          }
          return { types, answer: await pending };
        } catch (error) {
          if (!(error instanceof ChatError)) throw error;
          const code = error instanceof ProblemError ? error.code : undefined;
          return { types, error: { name: error.name, code, text: error.partial?.text } };
        }
      },
      { baseUrl, key, question },
    );

  const inPage = <Result>(
    call: 'stop' | 'receipt' | 'feedback' | 'models' | 'prompts' | 'follow',
    argument?: object | string,
  ) =>
    page.evaluate(
      async ({ baseUrl, key, call, argument }) => {
        const path = '/chat-client.js';
        const { createChatClient } = (await import(path)) as ClientModule;
        const client = createChatClient({ baseUrl, key });
        return (await (client[call] as (argument: unknown) => PromiseLike<unknown>)(argument)) as Result;
      },
      { baseUrl: service.url, key: service.key, call, argument },
    );

  const storedText = async (chatId: string) => (await inPage<{ text: string }>('receipt', chatId)).text;

  it.each(VARIANTS)('asks variant $variant', async ({ question, framesBeforeEnd }) => {
    model.next(answer(DELTAS));
    const { types, answer: whole } = await ask(question);
    expect(types).toHaveLength(framesBeforeEnd + 1);
    expect([types[0], types.at(-1)]).toEqual(['started', 'completed']);
    expect(whole).toMatchObject({ text: DELTAS.join(''), finishReason: 'stop' });
    expect(await storedText(whole!.chatId)).toBe(whole!.text);
  });

  it('folds RETRYING and BREAK', async () => {
    model.next(errorFrameAfter(FAILED, { type: 'rate_limit' }), answer(SENTENCES));
    const { types, answer: whole } = await ask({ question: 'q', uid: UID });
    expect(types.filter((type) => type !== 'text')).toEqual([
      'started',
      'sources',
      'retrying',
      'break',
      'break',
      'completed',
    ]);
    expect(whole!.messages).toEqual(SENTENCES);
    expect(await storedText(whole!.chatId)).toBe(whole!.text);
  });

  it.each(VARIANTS)('has the stored text of $variant after a drop at each frame', async (variant) => {
    for (let afterFrames = 0; afterFrames <= variant.framesBeforeEnd; afterFrames++) {
      read = new ReadCount();
      const asked = model.requests.length;
      model.next(answerInStep(DELTAS, read, variant.framesBeforeText));
      const proxy = await CuttingProxy.start(service.url, {
        cuts: [{ afterFrames }],
        untilRead: read.reaches,
      });
      const { types, answer: whole } = await ask(variant.question, proxy.url);
      expect([afterFrames, whole?.text]).toEqual([afterFrames, DELTAS.join('')]);
      expect(types.filter((type) => type !== 'reconnecting')).toHaveLength(variant.framesBeforeEnd + 1);
      expect(await storedText(whole!.chatId)).toBe(whole!.text);
      expect([proxy.cutCount, model.requests.length]).toEqual([1, asked + 1]);
      await proxy.stop();
    }
  });

  it.each(VARIANTS)('has it after a drop in the middle of a frame of $variant', async (variant) => {
    for (let afterFrames = 0; afterFrames <= variant.framesBeforeEnd; afterFrames++) {
      const asked = model.requests.length;
      model.next(answer(DELTAS));
      const proxy = await CuttingProxy.start(service.url, { cuts: [{ afterFrames, bytesOn: 60 }] });
      const { answer: whole } = await ask(variant.question, proxy.url);
      expect([afterFrames, whole?.text]).toEqual([afterFrames, DELTAS.join('')]);
      expect(model.requests.length).toBe(asked + 1);
      await proxy.stop();
    }
  });

  it('stops at a 4xx, with its problem', async () => {
    const proxy = await CuttingProxy.start(service.url, { cuts: [] });
    const { types, error } = await ask({ query: 'q' }, proxy.url, 'nobody');
    expect([types, error, proxy.requestCount]).toEqual([
      [],
      { name: 'ProblemError', code: 'unauthorized', text: '' },
      1,
    ]);
    await proxy.stop();
  });

  it('stops an answer, sends feedback on it, reads its receipt, and reads it again', async () => {
    model.next(hold(['half ']));
    const asking = ask({ query: 'q', user_id: 'u1', conversation_id: 'c1' });
    await read.reaches(2);
    const { messages } = (await (
      await fetch(`${service.url}/api/conversations/c1/messages`, {
        headers: { authorization: `Bearer ${service.key}` },
      })
    ).json()) as { messages: { message_id: string }[] };
    const chatId = messages[0]!.message_id;
    expect(await inPage('stop', chatId)).toMatchObject({ status: 'cancelled' });
    expect((await asking).answer).toMatchObject({ chatId, text: 'half ', finishReason: 'cancelled' });
    const feedback = { chat_id: chatId, uid: 'u1', stars: 4 };
    expect(await inPage('feedback', feedback)).toMatchObject(feedback);
    expect(await inPage('receipt', chatId)).toMatchObject({ text: 'half ', feedback: [{ stars: 4 }] });
    expect(await inPage('follow', chatId)).toMatchObject({ text: 'half ' });
    expect(await inPage('models')).toEqual([expect.objectContaining({ name: 'test-model' })]);
    expect(await inPage('prompts')).toContainEqual(expect.objectContaining({ name: 'default' }));
  });
});

import {
  type AnswerEvent,
  type ChatClient,
  ConnectionError,
  createChatClient,
  type PendingAnswer,
  type Question,
} from '../../../clients/typescript/src/chat-client.js';
import { failureOf, listEvents } from '../../support/callers/answer-events.js';
import { DELTAS, FAILED, IDS, QUICK, SENTENCES, VARIANTS } from '../../support/callers/client-variants.js';
import { CuttingProxy, type CuttingProxyOptions } from '../../support/model/cutting-proxy.js';
import { answer, hold } from '../../support/model/model-server.answers.js';
import { errorFrameAfter } from '../../support/model/model-server.faults.js';
import { ModelServer } from '../../support/model/model-server.js';
import { stopServiceWithModel } from '../../support/service/service-with-model.js';
import { startServiceWithTargets } from '../../support/service/service-with-targets.js';
import type { TestService } from '../../support/service/service.js';
import { answerInStep, ReadCount } from '../../support/time/read-count.js';

/**
 * Real: the complete service, its database, HTTP both ways, the package `clients/typescript`. Stand-ins: the model behind
 * its server, and a network that drops connections.
 */
describe('The TypeScript client whose connection is dropped', () => {
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
    expect((await listEventsUntilFailure(pending)).map(({ type }) => type)).toEqual(
      Array<string>(3).fill('reconnecting'),
    );
    await failureOf(lost.models(), ConnectionError);
  });
});

async function listEventsUntilFailure(pending: PendingAnswer): Promise<AnswerEvent[]> {
  const events: AnswerEvent[] = [];
  try {
    for await (const event of pending) events.push(event);
  } catch {
    return events;
  }
  throw new Error('It did not fail');
}

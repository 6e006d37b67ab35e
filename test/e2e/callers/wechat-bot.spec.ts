import { setTimeout as pass } from 'node:timers/promises';
import { ClientService } from '../../../src/auth/client.service.js';
import { readCommand } from '../../../src/app/cli/commands.js';
import { answer, continuing, hold, textToContinue } from '../../support/model/model-server.answers.js';
import { gate } from '../../support/model/model-server.exchange.js';
import * as faults from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { delta, done, end, finish } from '../../support/model/model-server.steps.js';
import {
  startServiceWithModel,
  type ServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { uuidOf, WeChatBot } from '../../support/callers/wechat-bot.js';

const sentence = (number: number) =>
  `${number} is the number of this sentence, which says where one message ends`.padEnd(78, '!') + '. ';
/** Each sentence is another one: what a model repeats is left out. */
const ENGLISH = Array.from({ length: 46 }, (_, index) => sentence(index + 100))
  .join('')
  .slice(0, 3_673);
const CHINESE = `${'分段器决定一条消息在哪里结束，下一条在哪里开始。'.repeat(30).slice(0, 645)}。`;
const SECTIONS = ['一', '二', '三', '四'].map((number) => `## 第${number}节\n\n${CHINESE.slice(0, 643)}。`);
const NESTED =
  '1. An item that says a thing or two\n   - An inner item. It says more.\n   - Another one.\n'.repeat(80);

const inDeltas = (text: string) => text.match(/.{1,7}/gsu)!;

/**
 * A bot for WeChat. Real: the bot, the complete service, its database, HTTP both ways. Stand-ins: the model behind its server, and
 * WeChat, which takes five messages of 2,048 bytes for each that it got.
 */
describe('A bot for WeChat', () => {
  let running: ServiceWithModel;
  let model: ModelServer;
  let service: TestService;
  let key: string;
  let messages: string[];
  let lastId = 24_000_000_000_000_000n;

  beforeAll(async () => {
    running = await startServiceWithModel();
    ({ model, service } = running);
    ({ key } = await service.app.get(ClientService).addKey('bot'));
  });
  afterAll(() => stopServiceWithModel(running));

  /** The time of the first message is set far off or near, so that no test depends on the machine's speed. */
  beforeEach(async () => {
    messages = [];
    await readCommand(['client:set', 'bot', '--channel', 'wechat', '--break-first-ms', '600000'])(
      service.app,
    );
  });

  /** WeChat's own answer is an error 45047 or 45002 where this fails. */
  async function send(openid: string, text: string): Promise<void> {
    expect(openid).toBe('oUser-1');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2_048);
    messages.push(text);
    expect(messages.length).toBeLessThanOrEqual(5);
    return Promise.resolve();
  }
  const bot = () => new WeChatBot({ url: service.url, key }, send);
  const message = () => ({ MsgId: String(++lastId), FromUserName: 'oUser-1', Content: '怎么分段？' });
  const join = (texts: readonly string[]) => texts.join('').replaceAll(/\s/g, '');

  it.each([
    ['3,673 bytes of English in two messages', ENGLISH, 2],
    ['1,938 bytes of Chinese in one', CHINESE, 1],
    ['four headed sections in four', SECTIONS.join('\n\n'), 4],
    ['a nested list in four', NESTED, 4],
  ])('sends %s', async (_, text, count) => {
    model.next(answer(inDeltas(text)));
    await bot().receive(message());
    expect(messages).toHaveLength(count);
    expect(join(messages)).toBe(join([text]));
    if (text === NESTED) for (const one of messages) expect(one).toMatch(/^1\. /);
    if (text.startsWith('#')) expect(messages).toEqual(SECTIONS);
  });

  it('sends each piece once when WeChat asks three times, for one call of the model', async () => {
    const asked = model.requests.length;
    const held = hold(inDeltas(ENGLISH.slice(0, 2_500)));
    model.next(held);
    const [theBot, theMessage] = [bot(), message()];
    const tries = [theBot.receive(theMessage), theBot.receive(theMessage)];
    while (messages.length === 0) await new Promise((resolve) => setImmediate(resolve));
    tries.push(theBot.receive(theMessage));
    held.release();
    await Promise.all(tries);
    expect(messages).toHaveLength(2);
    expect(model.requests.length).toBe(asked + 1);
  });

  it('sends the complete answer, nothing of it twice, when the model fails after a message', async () => {
    model.next(faults.endAfter(inDeltas(ENGLISH.slice(0, 2_900))), continuing(ENGLISH));
    await bot().receive(message());
    expect(textToContinue(model.requests.at(-1)!.body).trimEnd()).toBe(messages[0]);
    expect(messages).toHaveLength(2);
    expect(join(messages)).toBe(join([ENGLISH]));
  });

  it('sends the complete answer when the model fails before the first message', async () => {
    model.next(faults.endAfter(['分段器']), answer(inDeltas(CHINESE)));
    await bot().receive(message());
    expect(messages).toEqual([CHINESE]);
  });

  it('sends the first sentence to somebody who waits, while the model goes on', async () => {
    await readCommand(['client:set', 'bot', '--break-first-ms', '1'])(service.app);
    const [asked, goOn] = [model.requests.length, gate()];
    const held = hold([], delta(sentence(1)), delta('And m'), goOn.wait, finish(), done(), end());
    model.next(held);
    const received = bot().receive(message());
    await model.requestArrived(asked);
    // Text of the first millisecond is not due: this machine may be that fast.
    await pass(5);
    held.release();
    while (messages.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(messages).toEqual([sentence(1).trim()]);
    goOn.open();
    await received;
    expect(messages).toHaveLength(2);
  });

  it('gives an end user the same UUID each time', () => {
    expect(uuidOf('oUser-1')).toBe(uuidOf('oUser-1'));
    expect(uuidOf('oUser-1')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(uuidOf('oUser-2')).not.toBe(uuidOf('oUser-1'));
  });
});

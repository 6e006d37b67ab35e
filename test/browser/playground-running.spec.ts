import type { Browser, Route } from 'playwright-core';
import { answer, continuing, hold } from '../support/model/model-server.answers.js';
import { gate, script } from '../support/model/model-server.exchange.js';
import { status } from '../support/model/model-server.faults.js';
import { ModelServer } from '../support/model/model-server.js';
import { delta, end, head, role } from '../support/model/model-server.steps.js';
import { launchBrowser } from './chromium.js';
import { PlaygroundPage } from './playground-page.js';
import { type RunningService, startBuiltService } from './running-service.js';

const OVERLOADED = { code: 'service_overloaded', detail: 'Too many.', retryable: true, status: 503 };

/** As Safari tells of the key that ends a composition: after its end. */
const OF_INPUT_METHOD = { keyCode: 229, isComposing: false, bubbles: true };

/** Real: Chromium, the built service, its page and its client. Stand-ins: the model, and what happens on the way. */
describe('The playground, while an answer comes', () => {
  let model: ModelServer;
  let service: RunningService;
  let browser: Browser;
  let playground: PlaygroundPage;

  beforeAll(async () => {
    model = await ModelServer.start();
    service = await startBuiltService({ LLM_BASE_URL: model.baseUrl, LLM_MODEL: 'test-model' });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await model?.stop();
  });

  beforeEach(async () => void (playground = await PlaygroundPage.open(browser, service.url)));
  afterEach(async () => {
    await playground.close();
    expect(playground.complaints).toEqual([]);
  });

  /** What is said below the answers. */
  const says = (text: string) => playground.status.filter({ hasText: text });

  /** Holds back the requests to addresses of that form, until they are let go. */
  async function holdBack(url: string | RegExp, isMeant = (_route: Route) => true): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    await playground.page.route(url, async (route) => {
      if (isMeant(route)) await promise;
      await route.continue();
    });
    return resolve;
  }

  /** Pauses are random, and some too short to be seen. */
  const pauseForLong = () =>
    playground.page.evaluate(() => {
      Math.random = () => 1;
    });

  /** Answers the first question on its way, and holds the second one back until it is let go. */
  async function answerFirst(fulfil: (route: Route) => Promise<void>): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let count = 0;
    await playground.page.route('**/api/chat', async (route) => {
      if (++count === 1) return fulfil(route);
      await promise;
      await route.continue();
    });
    return resolve;
  }

  it('begins a new conversation though the answer of the last one has not ended', async () => {
    await playground.connect(service.key);
    await playground.choose('conversation');
    const held = hold(['Ahoy!']);
    model.next(held, answer('Aye.'), answer('Arr.'));
    const turn = await playground.ask('Who are you?');
    await turn.getByText('Ahoy!').waitFor();
    await playground.page.locator('#new-conversation').click();
    await says('A new conversation begins').waitFor();
    held.release();
    await turn.locator('form.rating').waitFor();

    const earlier = { role: 'assistant', content: 'Ahoy!' };
    await playground.askToTheEnd('Sure?');
    expect(model.requests.at(-1)!.body!.messages).not.toContainEqual(earlier);
    await playground.askToTheEnd('Really?');
    const messages = model.requests.at(-1)!.body!.messages;
    expect(messages).toContainEqual({ role: 'assistant', content: 'Aye.' });
    expect(messages).not.toContainEqual(earlier);
  });

  it('leaves keys to the input method that has them, as Safari tells of it', async () => {
    await playground.connect(service.key);
    await playground.question.fill('ni hao');
    await playground.question.dispatchEvent('keydown', { key: 'Enter', ...OF_INPUT_METHOD });
    expect(await playground.turns.count()).toBe(0);
    const held = hold(['half ']);
    model.next(held);
    await playground.question.press('Enter');
    await playground.turns.last().getByText('half').waitFor();
    await playground.question.dispatchEvent('keydown', { key: 'Escape', ...OF_INPUT_METHOD });
    expect(await playground.status.textContent()).toBe('The answer comes …');
    held.release();
    await says('The answer is complete.').waitFor();
  });

  it('leaves the focus where the next question is typed', async () => {
    await playground.connect(service.key);
    model.next(answer('Hello.'));
    await playground.ask('q');
    expect(await playground.focused()).toBe('question');
  });

  it('stops an answer that was to be stopped before it had begun', async () => {
    await playground.connect(service.key);
    const [ask, stop] = [await holdBack('**/api/chat'), await holdBack('**/stop')];
    model.next(hold(['half ']));
    const index = model.requests.length;
    const turn = await playground.ask('q');
    await playground.stop();
    await says('Stopping …').waitFor();
    ask();
    // Stopped before that, it would leave its answer to the next question.
    await model.requestArrived(index);
    stop();
    await turn.getByText('Stopped').waitFor();
    await says('Stopped').waitFor();
    await turn.locator('.receipt > summary').click();
    await turn.locator('.receipt dd').getByText('cancelled').first().waitFor();
  });

  it('gives an answer up that has not begun 5 s after it was to be stopped', async () => {
    await playground.connect(service.key);
    await playground.page.clock.install();
    await holdBack('**/api/chat');
    const turn = await playground.ask('q');
    await playground.stop();
    await playground.page.clock.runFor(5_000);
    await turn.getByText('Left early').waitFor();
    expect(await playground.page.locator('#ask').isEnabled()).toBe(true);
  });

  it('says that it stops until it has, and then how the answer ended', async () => {
    await playground.connect(service.key);
    const [second, never] = [gate(), gate()];
    model.next(script(head(), role(), delta('one '), second.wait, delta('two'), never.wait, end()));
    const letGo = await holdBack('**/stop');
    const turn = await playground.ask('q');
    await turn.getByText('one').waitFor();
    await playground.stop();
    await says('Stopping …').waitFor();
    second.open();
    await turn.getByText('one two').waitFor();
    expect(await playground.status.textContent()).toBe('Stopping …');
    letGo();
    await says('Stopped').waitFor();
  });

  it('does not call an answer complete that was cut off', async () => {
    await playground.connect(service.key);
    model.next(answer('It goes on', { finishReason: 'length' }));
    await playground.askToTheEnd('q');
    expect(await playground.status.textContent()).toBe('Cut off at the token limit');
  });

  it('comes back by itself when the connection drops, and says so', async () => {
    await playground.connect(service.key);
    const whole = 'It goes on after the drop.';
    model.next(continuing(whole));
    await pauseForLong();
    const letGo = await answerFirst((route) => route.abort('connectionreset'));
    const turn = await playground.ask('q');
    await says('The connection dropped. Back in 0.5 s …').waitFor();
    await says('Reconnecting …').waitFor();
    letGo();
    await turn.locator('form.rating').waitFor();
    expect(await playground.messagesOf(turn)).toEqual([whole]);
    // The browser said so too.
    expect(playground.complaints.splice(0)).toEqual(
      expect.arrayContaining([expect.stringContaining('failed')]),
    );
  });

  it('says of a question that is refused for the time being that it is, and tries again', async () => {
    await playground.connect(service.key);
    model.next(answer('Hello.'));
    await pauseForLong();
    const letGo = await answerFirst((route) => route.fulfill({ status: 503, json: OVERLOADED }));
    const turn = await playground.ask('q');
    await says('Refused for the time being (service_overloaded). Trying again in 0.5 s …').waitFor();
    await says('Reconnecting …').waitFor();
    letGo();
    await turn.locator('form.rating').waitFor();
    expect(await playground.messagesOf(turn)).toEqual(['Hello.']);
    expect(playground.complaints.splice(0)).toEqual([expect.stringContaining('503')]);
  });

  it('reads out answers and failures once, and nothing of the stars and the receipt behind them', async () => {
    await playground.connect(service.key);
    model.next(answer('Hello.'), status(400, { error: { message: 'no' } }));
    const turn = await playground.askToTheEnd('q');
    const liveOf = (selector: string, of = turn) =>
      of.locator(selector).evaluate((element) => element.closest('[aria-live], [role]')?.ariaLive);
    expect(await liveOf('.message')).toBe('polite');
    expect([await liveOf('form.rating'), await liveOf('.receipt')]).toEqual(['off', 'off']);
    const failed = await playground.askToTheEnd('q');
    expect(await liveOf('.fault', failed)).toBe('polite');
  });

  it('does not read out everything again in another language', async () => {
    await playground.connect(service.key);
    model.next(answer('Hello.'));
    await playground.askToTheEnd('q');
    const { page } = playground;
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    const lives = () =>
      page
        .locator('#log, #status, #key-fault')
        .evaluateAll((all) => Object.fromEntries(all.map((one) => [one.id, one.ariaLive])));
    // Twice: the second one is not to be taken for what there was before.
    for (let count = 0; count < 2; count++) await page.locator('#language').click();
    expect(await lives()).toEqual({ log: 'off', status: 'off', 'key-fault': 'off' });
    await page.clock.runFor(1_000);
    expect(await lives()).toEqual({ log: 'polite', status: 'polite', 'key-fault': 'assertive' });
  });

  it('works where the browser keeps no data of sites', async () => {
    await playground.page.addInitScript(() => {
      const get = () => {
        throw new DOMException('Access is denied', 'SecurityError');
      };
      Object.defineProperty(globalThis, 'sessionStorage', { get });
    });
    await playground.page.reload();
    expect(await playground.focused()).toBe('key');
    await playground.connect(service.key);
    model.next(answer('Hello.'));
    expect(await playground.messagesOf(await playground.askToTheEnd('q'))).toEqual(['Hello.']);
    await playground.page.locator('#forget').click();
    expect(await playground.question.isDisabled()).toBe(true);
  });

  it('sees no error of an earlier key when a later key works', async () => {
    const isOfLater = (route: Route) =>
      route.request().headers()['authorization'] === `Bearer ${service.key}`;
    const letGo = await holdBack(/\/api\/(?:models|prompts)/, (route) => !isOfLater(route));
    await playground.giveKey('nobody');
    await playground.connect(service.key);
    const refused = playground.page.waitForResponse((response) => response.status() === 401);
    letGo();
    await (await refused).finished();
    model.next(answer('Hello.'));
    await playground.askToTheEnd('q');
    expect(await playground.page.locator('#key-fault').textContent()).toBe('');
    expect(await playground.page.locator('#key').getAttribute('aria-invalid')).toBeNull();
  });
});

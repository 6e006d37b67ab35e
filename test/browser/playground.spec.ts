import type { Browser, BrowserContextOptions } from 'playwright-core';
import { answer, hold } from '../support/model/model-server.answers.js';
import { gate, script } from '../support/model/model-server.exchange.js';
import { status } from '../support/model/model-server.faults.js';
import { ModelServer } from '../support/model/model-server.js';
import { delta, end, event, head, role } from '../support/model/model-server.steps.js';
import { launchBrowser } from './chromium.js';
import { PlaygroundPage } from './playground-page.js';
import { type RunningService, startBuiltService } from './running-service.js';

const SENTENCES = [
  'The first sentence is good.\n\n',
  'So is the second one, it seems.\n\n',
  'And the third.',
];
const PAYLOAD = '<img src=x onerror="globalThis.hacked = true"><script>globalThis.hacked = true</script>';
const DOCUMENTS = [
  { title: 'Penguins', source: 'penguins.md', content: 'Emperor penguins breed in the Antarctic winter.' },
  { title: 'Payload', source: `javascript:alert(1)//${PAYLOAD}`, content: `Crocodiles say ${PAYLOAD}` },
];
const LONG_WORD = 'Donaudampfschifffahrtsgesellschaft'.repeat(12);

/** Real: Chromium, the built service, its page and its client. Stand-in: the model behind its server. */
describe('The playground, in a browser', () => {
  let model: ModelServer;
  let service: RunningService;
  let browser: Browser;
  let opened: PlaygroundPage[];

  beforeAll(async () => {
    model = await ModelServer.start();
    service = await startBuiltService({
      LLM_BASE_URL: model.baseUrl,
      LLM_MODEL: 'test-model',
      BREAK_MIN_CHARS: '20',
    });
    for (const document of DOCUMENTS) await call('POST', '/api/documents', document);
    await call('PUT', '/api/prompts/pirate', { template: 'You are a pirate. {{question}}' });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await model?.stop();
  });

  beforeEach(() => void (opened = []));
  afterEach(async () => {
    for (const page of opened) {
      await page.close();
      expect(page.complaints).toEqual([]);
    }
  });

  async function open(options?: BrowserContextOptions): Promise<PlaygroundPage> {
    const page = await PlaygroundPage.open(browser, service.url, options);
    opened.push(page);
    return page;
  }

  async function openWithKey(options?: BrowserContextOptions): Promise<PlaygroundPage> {
    const page = await open(options);
    await page.connect(service.key);
    return page;
  }

  async function call<Body>(method: string, path: string, body?: object): Promise<Body> {
    const response = await fetch(service.url + path, {
      method,
      headers: { authorization: `Bearer ${service.key}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    return (await response.json()) as Body;
  }

  it('asks variant B: sources, a bubble for each message, stars, a better answer, the receipt', async () => {
    const playground = await openWithKey();
    await playground.takeScreenshot('connected');
    model.next(answer(SENTENCES));
    const turn = await playground.askToTheEnd('When do emperor penguins breed?');
    expect(await playground.messagesOf(turn)).toEqual(SENTENCES.map((sentence) => sentence.trimEnd()));
    expect(await turn.locator('.note').allTextContents()).toEqual(
      Array(2).fill('BREAK: the message is complete.'),
    );
    expect(await turn.locator('.outcome').textContent()).toBe('Complete · 11 tokens in, 7 out');

    await turn.locator('.sources summary').click();
    expect(await turn.locator('.sources strong').textContent()).toBe('penguins.md');
    expect(await turn.locator('.sources blockquote').textContent()).toContain('Antarctic winter');

    await turn.locator('.stars label').nth(3).click();
    await turn.locator('textarea').fill('In winter.');
    await turn.getByRole('button', { name: 'Send the rating' }).click();
    await turn.getByText('Stored, revision 1.').waitFor();

    await turn.locator('.receipt > summary').click();
    const receipt = turn.locator('.receipt');
    await receipt.getByText('★★★★ In winter.').waitFor();
    const id = (await receipt.locator('dd').first().textContent())!;
    expect(await call('GET', `/api/chat/${id}`)).toMatchObject({
      variant: 'qa',
      text: SENTENCES.join(''),
      feedback: [{ stars: 4, better_answer: 'In winter.' }],
    });
    await playground.takeScreenshot('variant-b');
  });

  it('asks variant A: a model, a prompt, and a conversation that goes on until a new one is wanted', async () => {
    const playground = await openWithKey();
    expect(await playground.page.locator('#model, #prompt').evaluateAll(areDisabled)).toEqual([true, true]);
    await playground.choose('conversation');
    expect(await playground.page.locator('#model option').allTextContents()).toEqual(['test-model']);
    await playground.page.locator('#prompt').selectOption('pirate');
    model.next(answer('Ahoy!'), answer('Aye.'), answer('Arr.'));
    const messages = () => model.requests.at(-1)!.body!.messages!;

    const turn = await playground.askToTheEnd('Who are you?');
    expect(await playground.messagesOf(turn)).toEqual(['Ahoy!']);
    expect(JSON.stringify(messages())).toContain('You are a pirate. Who are you?');
    await playground.askToTheEnd('Sure?');
    expect(messages()).toContainEqual({ role: 'assistant', content: 'Ahoy!' });
    await playground.page.locator('#new-conversation').click();
    await playground.askToTheEnd('Who are you?');
    expect(messages()).not.toContainEqual({ role: 'assistant', content: 'Ahoy!' });

    await turn.locator('.receipt > summary').click();
    await turn.locator('.receipt dd').getByText('pirate').waitFor();
    await playground.takeScreenshot('variant-a');
  });

  it('shows tokens as they come, and how text is withdrawn by RETRYING', async () => {
    const playground = await openWithKey();
    const [failing, answering] = [gate(), hold(['The right', ' start'])];
    const failed = event({ error: { type: 'rate_limit' }, choices: [] });
    model.next(
      script(head(), role(), delta('Wrong '), delta('start'), failing.wait, failed, end()),
      answering,
    );
    const turn = await playground.ask('q');
    const bubble = turn.locator('.message');
    await bubble.getByText('Wrong start').waitFor();
    expect(await bubble.getAttribute('aria-busy')).toBe('true');
    await playground.page.getByText('The answer comes …').waitFor();

    failing.open();
    const voided = turn.locator('.voided');
    await voided.getByText('Wrong start').waitFor();
    await playground.takeScreenshot('retrying');
    await turn.getByText('RETRYING').waitFor();
    await voided.waitFor({ state: 'detached' });
    await bubble.getByText('The right start').waitFor();
    expect(await turn.textContent()).not.toContain('Wrong');

    answering.release();
    await turn.locator('form.rating').waitFor();
    expect(await playground.messagesOf(turn)).toEqual(['The right start']);
    expect(await bubble.getAttribute('aria-busy')).toBe('false');
    expect(await playground.status.textContent()).toBe('The answer is complete.');
  });

  it.each(['button', 'Escape'] as const)('stops an answer by its %s', async (way) => {
    const playground = await openWithKey();
    model.next(hold(['half an ']));
    const index = model.requests.length;
    const turn = await playground.ask('q');
    await turn.getByText('half an').waitFor();
    if (way === 'button') await playground.stop();
    else await playground.page.keyboard.press('Escape');
    await turn.getByText('Stopped').waitFor();
    expect((await model.requestClosed(index)).isAborted).toBe(true);
    expect(await playground.messagesOf(turn)).toEqual(['half an']);
    // The next one can be asked.
    model.next(answer('Whole.'));
    expect(await playground.messagesOf(await playground.askToTheEnd('q'))).toEqual(['Whole.']);
  });

  it('says of a wrong key that it is one, and of what is none', async () => {
    const playground = await open();
    for (const key of [`${service.key}x`, '密钥']) {
      await playground.giveKey(key);
      await playground.page.getByRole('alert').getByText('does not know this key').waitFor();
      expect(await playground.focused()).toBe('key');
      expect(await playground.page.locator('#key').getAttribute('aria-invalid')).toBe('true');
      expect(await playground.question.isDisabled()).toBe(true);
    }
    await playground.takeScreenshot('wrong-key');
    await playground.giveKey('');
    await playground.page.getByText('Paste a key first.').waitFor();
    await playground.connect(service.key);
    expect(await playground.page.locator('#key-fault').textContent()).toBe('');
  });

  it('shows a refusal and a failure with their reasons', async () => {
    const playground = await openWithKey();
    await playground.choose('conversation');
    await call('PUT', '/api/prompts/short-lived', { template: '{{question}}' });
    await playground.page.reload();
    await playground.page.locator('#question:enabled').waitFor();
    await playground.choose('conversation');
    await playground.page.locator('#prompt').selectOption('short-lived');
    await fetch(`${service.url}/api/prompts/short-lived`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${service.key}` },
    });
    const refused = await playground.ask('q');
    await refused.locator('.fault').getByText('prompt_not_found').waitFor();
    expect(await refused.locator('form.rating').count()).toBe(0);

    await playground.choose('qa');
    model.next(status(400, { error: { message: 'no' } }));
    const failed = await playground.askToTheEnd('q');
    await failed.locator('.fault').getByText('model_refused').waitFor();
    await playground.takeScreenshot('failures');
  });

  it('keeps the key in the tab, and nowhere else, until it is to be forgotten', async () => {
    const playground = await openWithKey();
    const stored = () =>
      playground.page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie]);
    expect(await stored()).toEqual([1, 0, '']);
    await playground.page.reload();
    await playground.page.locator('#question:enabled').waitFor();
    await playground.page.locator('#forget').click();
    expect(await stored()).toEqual([0, 0, '']);
    expect(await playground.question.isDisabled()).toBe(true);
    expect(playground.page.url()).toBe(`${service.url}/playground`);
  });

  it('shows what a model, a document and a user say as text, whatever it is', async () => {
    const playground = await openWithKey();
    model.next(answer([PAYLOAD.slice(0, 20), PAYLOAD.slice(20)]));
    const turn = await playground.askToTheEnd(`Crocodiles say ${PAYLOAD}`);
    expect((await playground.messagesOf(turn)).join('')).toBe(PAYLOAD);
    expect(await turn.locator('.asked').textContent()).toBe(`Crocodiles say ${PAYLOAD}`);
    await turn.locator('.sources summary').click();
    expect(await turn.locator('.sources strong').allTextContents()).toContain(DOCUMENTS[1]!.source);
    await turn.locator('textarea').fill(PAYLOAD);
    await turn.getByRole('button', { name: 'Send the rating' }).click();
    await turn.getByText('Stored').waitFor();
    await turn.locator('.receipt > summary').click();
    await turn.locator('.receipt dd').getByText(PAYLOAD).waitFor();
    expect(await playground.page.locator('main img, main script, main a').count()).toBe(0);
    expect(await playground.page.evaluate(() => 'hacked' in globalThis)).toBe(false);
    await playground.takeScreenshot('payload');
  });

  it('would be stopped by its policy if it tried to make markup of text', async () => {
    const playground = await open();
    const refusal = playground.page.evaluate(() => {
      document.body.innerHTML = '<p>';
    });
    await expect(refusal).rejects.toThrow('TrustedHTML');
    // The browser said so on its console.
    playground.complaints.length = 0;
  });

  it('is used with the keyboard alone, and shows where the focus is', async () => {
    const playground = await open();
    const { keyboard } = playground.page;
    /** Tab, or back with `Shift+Tab`, until the focus is there. */
    const goTo = async (target: string, step = 'Tab') => {
      const passed: string[] = [];
      for (let steps = 0; steps < 40; steps++) {
        if ((await playground.focused()) === target) return passed;
        await keyboard.press(step);
        const at = await playground.focused();
        passed.push(at);
        if (at !== 'nothing') expect([at, await playground.isFocusVisible()]).toEqual([at, true]);
      }
      throw new Error(`${target} cannot be reached; passed ${passed.join(', ')}`);
    };
    expect(await playground.focused()).toBe('key');
    await keyboard.type(service.key);
    await keyboard.press('Enter');
    await playground.page.locator('#question:enabled').waitFor();
    expect(await playground.focused()).toBe('question');

    await goTo('variant', 'Shift+Tab');
    await keyboard.press('ArrowDown');
    await goTo('prompt');
    await keyboard.type('pirate');
    model.next(answer('Ahoy!'));
    await goTo('question');
    await keyboard.type('Who are you?');
    await keyboard.press('Shift+Enter');
    await keyboard.type('Tell me.');
    await keyboard.press('Enter');
    const turn = playground.turns.last();
    await turn.locator('form.rating').waitFor();
    expect(await turn.locator('.asked').textContent()).toBe('Who are you?\nTell me.');
    expect(JSON.stringify(model.requests.at(-1)!.body)).toContain('pirate');

    await goTo('stars', 'Shift+Tab');
    await keyboard.press('Space');
    await keyboard.press('ArrowLeft');
    await goTo('better_answer');
    await keyboard.type('Better.');
    await goTo('Send the rating');
    await keyboard.press('Enter');
    await turn.getByText('Stored, revision 1.').waitFor();
    await goTo('Receipt');
    await keyboard.press('Enter');
    await turn.locator('.receipt dd').getByText('Better.').waitFor();

    const held = hold(['half ']);
    model.next(held);
    await goTo('question');
    await keyboard.type('q');
    await keyboard.press('Enter');
    await playground.turns.last().getByText('half').waitFor();
    await goTo('stop');
    await keyboard.press('Enter');
    await playground.turns.last().getByText('Stopped').waitFor();
    expect(await playground.focused()).toBe('question');
  });

  it('sends nothing while an input method composes', async () => {
    const playground = await openWithKey();
    await playground.question.fill('ni hao');
    const asked = model.requests.length;
    await playground.question.dispatchEvent('keydown', { key: 'Enter', isComposing: true });
    expect(await playground.turns.count()).toBe(0);
    model.next(answer('Hello.'));
    await playground.question.press('Enter');
    await playground.turns.last().locator('form.rating').waitFor();
    expect(model.requests.length).toBe(asked + 1);
  });

  it('tells screen readers what happens', async () => {
    const playground = await openWithKey();
    const log = playground.page.getByRole('log', { name: 'Questions and answers' });
    // A log without anything in it is not found by its role: it has no size.
    model.next(answer('Hello.'));
    await playground.askToTheEnd('q');
    expect(await log.getAttribute('aria-live')).toBe('polite');
    expect(await log.getByText('Hello.').count()).toBe(1);
    expect(await playground.page.getByRole('status').first().textContent()).toBe('The answer is complete.');
    const unnamed = await playground.page
      .locator('input, select, textarea, button')
      .evaluateAll((all) =>
        all.filter(
          (one) => ((one as HTMLInputElement).labels?.length ?? 0) === 0 && !one.textContent?.trim(),
        ),
      );
    expect(unnamed).toHaveLength(0);
  });

  it('speaks Chinese to whom the browser does, and either language to whom wants it', async () => {
    const playground = await open({ locale: 'zh-CN' });
    const heading = playground.page.locator('h1');
    const language = playground.page.locator('html');
    expect([await heading.textContent(), await language.getAttribute('lang')]).toEqual(['试用台', 'zh-CN']);
    await playground.giveKey('nobody');
    await playground.page.getByText('服务不认识这个密钥').waitFor();
    await playground.connect(service.key);
    model.next(answer(['第一句话很好。', '第二句话也不错，看起来是这样的，对吧。\n\n', '第三句。']));
    const turn = await playground.askToTheEnd('企鹅在哪里？');
    await turn.getByText('完整').waitFor();
    await turn.locator('.receipt > summary').click();
    await turn.locator('.receipt dl').waitFor();
    await playground.takeScreenshot('chinese');
    const texts = await playground.page.locator('[data-word]:visible').allTextContents();
    const untranslated = texts.filter((text) => !/\p{Script=Han}/u.test(text));
    expect(untranslated.filter((text) => text !== 'Token')).toEqual([]);

    await playground.page.locator('#language').click();
    expect([await heading.textContent(), await language.getAttribute('lang')]).toEqual(['Playground', 'en']);
    await turn.getByText('Complete', { exact: true }).waitFor();
    await playground.page.locator('#language').click();
    await turn.getByText('完整').waitFor();
  });

  it.each(['light', 'dark'] as const)('can be read where it is %s', async (colorScheme) => {
    const playground = await openWithKey({ colorScheme, reducedMotion: 'reduce' });
    model.next(answer(SENTENCES), status(400, { error: { message: 'no' } }));
    const turn = await playground.askToTheEnd('When do emperor penguins breed?');
    for (const folded of ['.sources summary', '.receipt > summary']) await turn.locator(folded).click();
    await turn.locator('.receipt dl').waitFor();
    await turn.locator('.stars label').nth(2).click();
    await playground.askToTheEnd('q');
    await playground.takeScreenshot(colorScheme);
    expect(await playground.faintTexts()).toEqual([]);
    const background = await playground.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(background).toBe(colorScheme === 'dark' ? 'rgb(20, 23, 28)' : 'rgb(246, 247, 249)');
  });

  it('fits a phone, whatever is said', async () => {
    const playground = await open({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    expect(await playground.overflow()).toBe(0);
    await playground.giveKey('nobody');
    await playground.page.getByText('does not know this key').waitFor();
    expect(await playground.overflow()).toBe(0);
    await playground.connect(service.key);
    model.next(answer([...SENTENCES, LONG_WORD]));
    const turn = await playground.askToTheEnd(`When do emperor penguins breed? ${LONG_WORD}`);
    for (const folded of ['.sources summary', '.receipt > summary']) await turn.locator(folded).click();
    await turn.locator('.receipt dl').waitFor();
    await turn.getByText('As it is stored').click();
    expect(await playground.overflow()).toBe(0);
    const small = await playground.page
      .locator('button:visible, select:visible, .stars label')
      .evaluateAll((all) =>
        all
          .map((one) => one.getBoundingClientRect())
          .filter(({ height, width }) => height < 44 || width < 44),
      );
    expect(small).toEqual([]);
    await playground.takeScreenshot('phone');
  });

  it('works behind a slash too', async () => {
    const playground = await open();
    await playground.page.goto(`${service.url}/playground/`);
    expect(playground.page.url()).toBe(`${service.url}/playground`);
    await playground.connect(service.key);
  });
});

function areDisabled(elements: Element[]): boolean[] {
  return elements.map((element) => (element as HTMLSelectElement).disabled);
}

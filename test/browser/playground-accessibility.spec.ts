import { answer, hold } from '../support/model/model-server.answers.js';
import { status } from '../support/model/model-server.faults.js';
import { PlaygroundStage, SENTENCES } from './playground-stage.js';

const LONG_WORD = 'Donaudampfschifffahrtsgesellschaft'.repeat(12);

/** Words that Chinese takes as they are. */
const SAME_IN_CHINESE = ['Token', 'API'];

/** Real: Chromium, the built service, its page and its client. Stand-in: the model behind its server. */
describe('The playground, with any keyboard, language and screen', () => {
  const stage = new PlaygroundStage();

  beforeAll(() => stage.start());
  afterAll(() => stage.stop());
  afterEach(async () => expect(await stage.closePages()).toEqual([]));

  it('is used with the keyboard alone, and shows where the focus is', async () => {
    const playground = await stage.open();
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
    await keyboard.type(stage.service.key);
    await keyboard.press('Enter');
    await playground.page.locator('#question:enabled').waitFor();
    expect(await playground.focused()).toBe('question');

    await goTo('variant', 'Shift+Tab');
    await keyboard.press('ArrowDown');
    await goTo('prompt');
    await keyboard.type('pirate');
    stage.model.next(answer('Ahoy!'));
    await goTo('question');
    await keyboard.type('Who are you?');
    await keyboard.press('Shift+Enter');
    await keyboard.type('Tell me.');
    await keyboard.press('Enter');
    const turn = playground.turns.last();
    await turn.locator('form.rating').waitFor();
    expect(await turn.locator('.asked').textContent()).toBe('Who are you?\nTell me.');
    expect(JSON.stringify(stage.model.requests.at(-1)!.body)).toContain('pirate');

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
    stage.model.next(held);
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
    const playground = await stage.openWithKey();
    await playground.question.fill('ni hao');
    const asked = stage.model.requests.length;
    await playground.question.dispatchEvent('keydown', { key: 'Enter', isComposing: true });
    expect(await playground.turns.count()).toBe(0);
    stage.model.next(answer('Hello.'));
    await playground.question.press('Enter');
    await playground.turns.last().locator('form.rating').waitFor();
    expect(stage.model.requests.length).toBe(asked + 1);
  });

  it('tells screen readers what happens', async () => {
    const playground = await stage.openWithKey();
    const log = playground.page.getByRole('log', { name: 'Questions and answers' });
    // A log without anything in it is not found by its role: it has no size.
    stage.model.next(answer('Hello.'));
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
    const playground = await stage.open({ locale: 'zh-CN' });
    const heading = playground.page.locator('h1');
    const language = playground.page.locator('html');
    expect([await heading.textContent(), await language.getAttribute('lang')]).toEqual(['试用台', 'zh-CN']);
    await playground.giveKey('nobody');
    await playground.page.getByText('服务不认识这个密钥').waitFor();
    await playground.connect(stage.service.key);
    stage.model.next(answer(['第一句话很好。', '第二句话也不错，看起来是这样的，对吧。\n\n', '第三句。']));
    const turn = await playground.askToTheEnd('企鹅在哪里？');
    await turn.getByText('完整').waitFor();
    await turn.locator('.receipt > summary').click();
    await turn.locator('.receipt dl').waitFor();
    await playground.takeScreenshot('chinese');
    const texts = await playground.page.locator('[data-word]:visible').allTextContents();
    const untranslated = texts.filter((text) => !/\p{Script=Han}/u.test(text));
    expect(untranslated.filter((text) => !SAME_IN_CHINESE.includes(text))).toEqual([]);

    await playground.page.locator('#language').click();
    expect([await heading.textContent(), await language.getAttribute('lang')]).toEqual(['Playground', 'en']);
    await turn.getByText('Complete', { exact: true }).waitFor();
    await playground.page.locator('#language').click();
    await turn.getByText('完整').waitFor();
  });

  it.each(['light', 'dark'] as const)('can be read where it is %s', async (colorScheme) => {
    const playground = await stage.openWithKey({ colorScheme, reducedMotion: 'reduce' });
    stage.model.next(answer(SENTENCES), status(400, { error: { message: 'no' } }));
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
    const playground = await stage.open({
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      isMobile: true,
    });
    expect(await playground.overflow()).toBe(0);
    await playground.giveKey('nobody');
    await playground.page.getByText('does not know this key').waitFor();
    expect(await playground.overflow()).toBe(0);
    await playground.connect(stage.service.key);
    stage.model.next(answer([...SENTENCES, LONG_WORD]));
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
});

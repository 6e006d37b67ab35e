import { answer, hold } from '../support/model/model-server.answers.js';
import { gate, script } from '../support/model/model-server.exchange.js';
import { status } from '../support/model/model-server.faults.js';
import { delta, end, event, head, role } from '../support/model/model-server.steps.js';
import { DOCUMENTS, PAYLOAD, PlaygroundStage, SENTENCES } from './playground-stage.js';

/** Real: Chromium, the built service, its page and its client. Stand-in: the model behind its server. */
describe('The playground, in a browser', () => {
  const stage = new PlaygroundStage();

  beforeAll(() => stage.start());
  afterAll(() => stage.stop());
  afterEach(async () => expect(await stage.closePages()).toEqual([]));

  it('asks variant B: sources, a bubble for each message, stars, a better answer, the receipt', async () => {
    const playground = await stage.openWithKey();
    await playground.takeScreenshot('connected');
    stage.model.next(answer(SENTENCES));
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
    expect(await stage.call('GET', `/api/chat/${id}`)).toMatchObject({
      variant: 'qa',
      text: SENTENCES.join(''),
      feedback: [{ stars: 4, better_answer: 'In winter.' }],
    });
    await playground.takeScreenshot('variant-b');
  });

  it('asks variant A: a model, a prompt, and a conversation that goes on until a new one is wanted', async () => {
    const playground = await stage.openWithKey();
    expect(await playground.page.locator('#model, #prompt').evaluateAll(areDisabled)).toEqual([true, true]);
    await playground.choose('conversation');
    expect(await playground.page.locator('#model option').allTextContents()).toEqual(['test-model']);
    await playground.page.locator('#prompt').selectOption('pirate');
    stage.model.next(answer('Ahoy!'), answer('Aye.'), answer('Arr.'));
    const messages = () => stage.model.requests.at(-1)!.body!.messages!;

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
    const playground = await stage.openWithKey();
    const [failing, answering] = [gate(), hold(['The right', ' start'])];
    const failed = event({ error: { type: 'rate_limit' }, choices: [] });
    stage.model.next(
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
    const playground = await stage.openWithKey();
    stage.model.next(hold(['half an ']));
    const index = stage.model.requests.length;
    const turn = await playground.ask('q');
    await turn.getByText('half an').waitFor();
    if (way === 'button') await playground.stop();
    else await playground.page.keyboard.press('Escape');
    await turn.getByText('Stopped').waitFor();
    expect((await stage.model.requestClosed(index)).isAborted).toBe(true);
    expect(await playground.messagesOf(turn)).toEqual(['half an']);
    // The next one can be asked.
    stage.model.next(answer('Whole.'));
    expect(await playground.messagesOf(await playground.askToTheEnd('q'))).toEqual(['Whole.']);
  });

  it('says of a wrong key that it is one, and of what is none', async () => {
    const playground = await stage.open();
    for (const key of [`${stage.service.key}x`, '密钥']) {
      await playground.giveKey(key);
      await playground.page.getByRole('alert').getByText('does not know this key').waitFor();
      expect(await playground.focused()).toBe('key');
      expect(await playground.page.locator('#key').getAttribute('aria-invalid')).toBe('true');
      expect(await playground.question.isDisabled()).toBe(true);
    }
    await playground.takeScreenshot('wrong-key');
    await playground.giveKey('');
    await playground.page.getByText('Paste a key first.').waitFor();
    await playground.connect(stage.service.key);
    expect(await playground.page.locator('#key-fault').textContent()).toBe('');
  });

  it('shows a refusal and a failure with their reasons', async () => {
    const playground = await stage.openWithKey();
    await playground.choose('conversation');
    await stage.call('PUT', '/api/prompts/short-lived', { template: '{{question}}' });
    await playground.page.reload();
    await playground.page.locator('#question:enabled').waitFor();
    await playground.choose('conversation');
    await playground.page.locator('#prompt').selectOption('short-lived');
    await fetch(`${stage.service.url}/api/prompts/short-lived`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${stage.service.key}` },
    });
    const refused = await playground.ask('q');
    await refused.locator('.fault').getByText('prompt_not_found').waitFor();
    expect(await refused.locator('form.rating').count()).toBe(0);

    await playground.choose('qa');
    stage.model.next(status(400, { error: { message: 'no' } }));
    const failed = await playground.askToTheEnd('q');
    await failed.locator('.fault').getByText('model_refused').waitFor();
    await playground.takeScreenshot('failures');
  });

  it('keeps the key in the tab, and nowhere else, until it is to be forgotten', async () => {
    const playground = await stage.openWithKey();
    const stored = () =>
      playground.page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie]);
    expect(await stored()).toEqual([1, 0, '']);
    await playground.page.reload();
    await playground.page.locator('#question:enabled').waitFor();
    await playground.page.locator('#forget').click();
    expect(await stored()).toEqual([0, 0, '']);
    expect(await playground.question.isDisabled()).toBe(true);
    expect(playground.page.url()).toBe(`${stage.service.url}/playground`);
  });

  it('shows what a model, a document and a user say as text, whatever it is', async () => {
    const playground = await stage.openWithKey();
    stage.model.next(answer([PAYLOAD.slice(0, 20), PAYLOAD.slice(20)]));
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
    const playground = await stage.open();
    const refusal = playground.page.evaluate(() => {
      document.body.innerHTML = '<p>';
    });
    await expect(refusal).rejects.toThrow('TrustedHTML');
    // The browser said so on its console.
    playground.complaints.length = 0;
  });

  it('works behind a slash too', async () => {
    const playground = await stage.open();
    await playground.page.goto(`${stage.service.url}/playground/`);
    expect(playground.page.url()).toBe(`${stage.service.url}/playground`);
    await playground.connect(stage.service.key);
  });
});

function areDisabled(elements: Element[]): boolean[] {
  return elements.map((element) => (element as HTMLSelectElement).disabled);
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';

const SCREENSHOTS = join('artifacts', 'playground');

/** `/playground` as somebody in front of a browser uses it. */
export class PlaygroundPage {
  /** What the console complained of, and what was asked of other servers. A refusal of the service is no complaint. */
  readonly complaints: string[] = [];
  readonly turns: Locator;
  readonly status: Locator;
  readonly question: Locator;

  private constructor(
    readonly page: Page,
    url: string,
  ) {
    this.turns = page.locator('.turn');
    this.status = page.locator('#status');
    this.question = page.locator('#question');
    page.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return;
      if (!/^Failed to load resource: .* status of 40[014]/.test(message.text()))
        this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('requestfailed', (request) => {
      const { errorText } = request.failure()!;
      // Chromium says so of every stream that a script has read to its end piece by piece, too.
      if (errorText !== 'net::ERR_ABORTED') this.complaints.push(`${request.url()} failed: ${errorText}`);
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(`${url}/`)) this.complaints.push(`${request.url()} was asked for`);
    });
  }

  /** In a fresh profile: no key is remembered. */
  static async open(
    browser: Browser,
    url: string,
    options: BrowserContextOptions = {},
  ): Promise<PlaygroundPage> {
    const viewport = { width: 1280, height: 960 };
    const context = await browser.newContext({ viewport, locale: 'en-GB', ...options });
    const opened = new PlaygroundPage(await context.newPage(), url);
    await opened.page.goto(`${url}/playground`);
    return opened;
  }

  close(): Promise<void> {
    return this.page.context().close();
  }

  async giveKey(key: string): Promise<void> {
    await this.page.locator('#key').fill(key);
    await this.page.locator('#connect').click();
  }

  /** Gives the key, and waits until it was taken. */
  async connect(key: string): Promise<void> {
    await this.giveKey(key);
    await this.page.locator('#question:enabled').waitFor();
  }

  async choose(variant: 'qa' | 'conversation'): Promise<void> {
    await this.page.locator(`input[name="variant"][value="${variant}"]`).check();
  }

  /** @returns the question's place on the page */
  async ask(question: string): Promise<Locator> {
    await this.question.fill(question);
    await this.page.locator('#ask').click();
    return this.turns.last();
  }

  /** The same, when its answer is over. */
  async askToTheEnd(question: string): Promise<Locator> {
    const turn = await this.ask(question);
    await turn.locator('form.rating').waitFor();
    return turn;
  }

  stop(): Promise<void> {
    return this.page.locator('#stop').click();
  }

  /** What the answer says, a bubble an entry. */
  messagesOf(turn: Locator): Promise<string[]> {
    return turn.locator('.message').allTextContents();
  }

  /** In what the focus is: its id, its name, or what it says. */
  focused(): Promise<string> {
    return this.page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      return element?.id || element?.name || element?.textContent?.trim() || 'nothing';
    });
  }

  /** Whether somebody can see in what the focus is. */
  isFocusVisible(): Promise<boolean> {
    return this.page.evaluate(() => {
      const element = document.activeElement;
      const marked = [element, element?.closest('label')].filter((one) => one instanceof Element);
      return marked.some((one) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(one);
        const { width, height } = one.getBoundingClientRect();
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && width * height > 0;
      });
    });
  }

  /** How much wider the page is than its window, in px. */
  overflow(): Promise<number> {
    return this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
  }

  /** Texts that are hard to read: a contrast below 4.5 (WCAG 2.2, 1.4.3). What cannot be used is excepted. */
  faintTexts(): Promise<string[]> {
    return this.page.evaluate(() => {
      const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
      const isClear = (color: string) => channels(color)[3] === 0;
      const luminance = (color: string) => {
        const [red = 0, green = 0, blue = 0] = channels(color)
          .slice(0, 3)
          .map((channel) => channel / 255)
          .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      const backgroundOf = (element: Element | null): string => {
        if (!element) return 'rgb(255, 255, 255)';
        const { backgroundColor } = getComputedStyle(element);
        return isClear(backgroundColor) ? backgroundOf(element.parentElement) : backgroundColor;
      };
      const hasText = (element: Element) =>
        [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== '');
      return [...document.body.querySelectorAll('*')]
        .filter((element) => hasText(element) && element.checkVisibility())
        .filter((element) => !element.closest(':disabled, .voided, .visually-hidden, noscript'))
        .flatMap((element) => {
          const [one, other] = [getComputedStyle(element).color, backgroundOf(element)].map(luminance) as [
            number,
            number,
          ];
          const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
          return contrast < 4.5 ? [`${element.textContent}: ${contrast.toFixed(1)}`] : [];
        });
    });
  }

  async takeScreenshot(name: string): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    // The form at the bottom goes with the window.
    await this.page.evaluate(() => window.scrollTo({ top: document.documentElement.scrollHeight }));
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
  }
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';

const SCREENSHOTS = join('artifacts', 'swagger-ui');

/** What the page shows of an answer. */
export interface ShownAnswer {
  readonly status: number;
  /** The body, as it is shown. */
  readonly text: string;
}

export interface ExecuteOptions {
  /** The name of one of the request body's examples; absent: what is prefilled. */
  readonly example?: string;
  /** Typed in place of the prefilled body. */
  readonly body?: unknown;
}

/** `/docs` as somebody in front of a browser uses it. */
export class DocsPage {
  /** What the console complained of, and what was asked of other servers. A refusal of the service is no complaint. */
  readonly complaints: string[] = [];

  private constructor(
    private readonly page: Page,
    private readonly url: string,
  ) {
    page.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return;
      if (!/^Failed to load resource: .* status of 40[14]/.test(message.text()))
        this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('requestfailed', (request) => this.complaints.push(`${request.url()} failed`));
    page.on('request', (request) => {
      if (!request.url().startsWith(`${url}/`) && !request.url().startsWith('data:')) {
        this.complaints.push(`${request.url()} was asked for`);
      }
    });
  }

  /** In a fresh profile: no key is remembered. */
  static async open(browser: Browser, url: string): Promise<DocsPage> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 960 } });
    const docs = new DocsPage(await context.newPage(), url);
    await docs.page.goto(`${url}/docs`);
    await docs.page.locator('.opblock').first().waitFor();
    return docs;
  }

  close(): Promise<void> {
    return this.page.context().close();
  }

  tags(): Promise<(string | null)[]> {
    return this.page
      .locator('.opblock-tag[data-tag]')
      .all()
      .then((tags) => Promise.all(tags.map((tag) => tag.getAttribute('data-tag'))));
  }

  /** Such as `POST /chat`, from top to bottom. */
  async operations(): Promise<string[]> {
    const operations = await this.page.locator('.opblock').all();
    return Promise.all(
      operations.map(async (operation) => {
        const method = await operation.locator('.opblock-summary-method').innerText();
        const path = await operation.locator('.opblock-summary-path').getAttribute('data-path');
        return `${method} ${path}`;
      }),
    );
  }

  async authorize(key: string): Promise<void> {
    await this.page.locator('.auth-wrapper button.authorize').click();
    const dialog = this.page.locator('.modal-ux');
    await dialog.locator('input').fill(key);
    await dialog.locator('button.authorize').click();
    await dialog.locator('button.btn-done').click();
  }

  /** The names of the request body's examples; empty when it has none with a name. */
  async examples(operation: string): Promise<string[]> {
    const block = await this.unfold(operation);
    const options = await this.exampleChoice(block).locator('option').all();
    return Promise.all(options.map(async (option) => (await option.getAttribute('value')) ?? ''));
  }

  /** Presses Execute, and waits until the complete answer is shown. */
  async execute(operation: string, { example, body }: ExecuteOptions = {}): Promise<ShownAnswer> {
    const block = await this.unfold(operation);
    if (example !== undefined) await this.exampleChoice(block).selectOption(example);
    if (body !== undefined) await block.locator('textarea.body-param__text').fill(JSON.stringify(body));
    const answer = block.locator('.live-responses-table');
    // What an earlier answer shows must not pass for this one.
    const clear = block.locator('button.btn-clear');
    if (await clear.isVisible()) await clear.click();
    await answer.waitFor({ state: 'detached' });
    await block.locator('button.execute').click();
    await answer.waitFor();
    const status = await answer.locator('.response .response-col_status').innerText();
    const shown = answer.locator('.response .highlight-code pre');
    return {
      status: Number.parseInt(status, 10),
      text: (await shown.count()) > 0 ? await shown.first().innerText() : '',
    };
  }

  /** With every operation open, the page gets slow. */
  async fold(operation: string): Promise<void> {
    await this.block(operation).locator('.opblock-summary-control').click();
    await this.block(operation).locator('.opblock-body').waitFor({ state: 'detached' });
  }

  /** Of one operation, or of the complete page. */
  async takeScreenshot(name: string, operation?: string): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const path = join(SCREENSHOTS, `${name}.png`);
    if (operation === undefined) await this.page.screenshot({ path, fullPage: true });
    else await this.block(operation).screenshot({ path });
  }

  /** The document that the page was made from. */
  async document(): Promise<unknown> {
    const response = await this.page.request.get(`${this.url}/openapi.json`);
    return response.json();
  }

  private block(operation: string): Locator {
    const [method, path] = operation.split(' ') as [string, string];
    return this.page
      .locator(`.opblock-${method.toLowerCase()}`)
      .filter({ has: this.page.locator(`[data-path="${path}"]`) });
  }

  private async unfold(operation: string): Promise<Locator> {
    const block = this.block(operation);
    if (!(await block.locator('.opblock-body').isVisible()))
      await block.locator('.opblock-summary-control').click();
    await block.locator('button.execute').waitFor();
    return block;
  }

  private exampleChoice(block: Locator): Locator {
    return block.locator('.opblock-section-request-body select.examples-select-element');
  }
}

import type { Browser, BrowserContextOptions } from 'playwright-core';
import { ModelServer } from '../support/model/model-server.js';
import { launchBrowser } from './chromium.js';
import { PlaygroundPage } from './playground-page.js';
import { type RunningService, startBuiltService } from './running-service.js';

/** Three messages, in variant B on the stage. */
export const SENTENCES = [
  'The first sentence is good.\n\n',
  'So is the second one, it seems.\n\n',
  'And the third.',
];

/** Runs a script where a page makes markup of it. */
export const PAYLOAD =
  '<img src=x onerror="globalThis.hacked = true"><script>globalThis.hacked = true</script>';

/** What the client of the stage has stored. */
export const DOCUMENTS = [
  { title: 'Penguins', source: 'penguins.md', content: 'Emperor penguins breed in the Antarctic winter.' },
  { title: 'Payload', source: `javascript:alert(1)//${PAYLOAD}`, content: `Crocodiles say ${PAYLOAD}` },
];

/** The built service with documents and the template `pirate`, the model behind it, and a browser. */
export class PlaygroundStage {
  model!: ModelServer;
  service!: RunningService;
  private browser?: Browser;
  private pages: PlaygroundPage[] = [];

  async start(): Promise<void> {
    this.model = await ModelServer.start();
    this.service = await startBuiltService({
      LLM_BASE_URL: this.model.baseUrl,
      LLM_MODEL: 'test-model',
      BREAK_MIN_CHARS: '20',
    });
    for (const document of DOCUMENTS) await this.call('POST', '/api/documents', document);
    await this.call('PUT', '/api/prompts/pirate', { template: 'You are a pirate. {{question}}' });
    this.browser = await launchBrowser();
  }

  /** Also after a start that failed half-way. */
  async stop(): Promise<void> {
    await this.browser?.close();
    await (this.service as RunningService | undefined)?.stop();
    await (this.model as ModelServer | undefined)?.stop();
  }

  async open(options?: BrowserContextOptions): Promise<PlaygroundPage> {
    const page = await PlaygroundPage.open(this.browser!, this.service.url, options);
    this.pages.push(page);
    return page;
  }

  async openWithKey(options?: BrowserContextOptions): Promise<PlaygroundPage> {
    const page = await this.open(options);
    await page.connect(this.service.key);
    return page;
  }

  /** Closes the pages of a test. @returns what they complained of */
  async closePages(): Promise<string[]> {
    const pages = this.pages.splice(0);
    for (const page of pages) await page.close();
    return pages.flatMap(({ complaints }) => complaints);
  }

  /** Sends a request with the key of the client. @throws Error when the service refuses it */
  async call<Body>(method: string, path: string, body?: object): Promise<Body> {
    const response = await fetch(this.service.url + path, {
      method,
      headers: { authorization: `Bearer ${this.service.key}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    return (await response.json()) as Body;
  }
}

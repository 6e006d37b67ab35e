import type { Browser } from 'playwright-core';
import { launchBrowser } from './chromium.js';
import { DocsPage } from './docs-page.js';
import { PrefixProxy } from './prefix-proxy.js';
import { type RunningService, startBuiltService } from './running-service.js';

describe('Behind a prefix that a proxy takes off, in a browser', () => {
  let service: RunningService;
  let proxy: PrefixProxy;
  let browser: Browser;

  beforeAll(async () => {
    service = await startBuiltService();
    proxy = await PrefixProxy.start(service.url, '/ai');
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    proxy?.stop();
    await service?.stop();
  });

  it('Swagger UI gets an answer when Execute is pressed', async () => {
    const docs = await DocsPage.open(browser, proxy.url);
    await docs.authorize(service.key);
    const answer = await docs.execute('POST /chat');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('POST /api/feedback');
    await docs.close();
    expect(docs.complaints).toEqual([]);
  });
});

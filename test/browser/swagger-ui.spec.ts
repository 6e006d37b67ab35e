import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { vectors } from '../support/model/embedding-answers.js';
import { ModelServer } from '../support/model/model-server.js';
import { launchBrowser } from './chromium.js';
import { DocsPage } from './docs-page.js';
import { type RunningService, startBuiltService } from './running-service.js';

/** Each asks for something that the service does not have, or no more, and must say so. */
const WANT_AN_ID = [
  'GET /api/chat/{chat_id}',
  'GET /api/chat/{chat_id}/stream',
  'POST /api/chat/{chat_id}/stop',
  'POST /api/feedback',
  'DELETE /api/feedback/{chat_id}',
  'GET /api/conversations/{conversation_id}/messages',
  'PUT /api/prompts/{name}/labels/{label}',
  'DELETE /api/prompts/{name}/labels/{label}',
  'GET /v1/responses/{response_id}',
  'DELETE /v1/responses/{response_id}',
  'POST /v1/responses/{response_id}/cancel',
  'GET /v1/responses/{response_id}/input_items',
  'GET /api/documents/{id}',
  'DELETE /api/documents/{id}',
];

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

describe('Swagger UI, in a browser', () => {
  let service: RunningService;
  let embeddings: ModelServer;
  let browser: Browser;
  let docs: DocsPage;

  beforeAll(async () => {
    embeddings = await ModelServer.start();
    embeddings.always(vectors());
    service = await startBuiltService({
      EMBEDDING_BASE_URL: embeddings.baseUrl,
      EMBEDDING_MODEL: 'bge-m3',
    });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await embeddings?.stop();
  });

  beforeEach(async () => {
    docs = await DocsPage.open(browser, service.url);
  });
  afterEach(async () => {
    await docs.close();
    expect(docs.complaints).toEqual([]);
  });

  it('shows the variants first, and asks no other server', async () => {
    await docs.takeScreenshot('opened');
    const tags = await docs.tags();
    const known = ['chat', 'qa', 'openai', 'responses', 'turns', 'conversations', 'feedback', 'exports'];
    expect(tags.slice(0, known.length)).toEqual(known);
    expect(tags.at(-1)).toBe('health');
    expect((await docs.operations()).slice(0, 3)).toEqual([
      'POST /chat',
      'POST /chat/stream',
      'POST /api/chat',
    ]);
  });

  it('is made from the committed document', async () => {
    expect(await docs.document()).toEqual(JSON.parse(await readFile('openapi.json', 'utf8')));
  });

  it('gets an answer of variant A with its source, in English and in Chinese', async () => {
    await docs.authorize(service.key);
    const english = await docs.execute('POST /chat');
    await docs.takeScreenshot('variant-a', 'POST /chat');
    expect(english.status).toBe(200);
    expect(english.text).toContain('POST /api/feedback');
    expect(english.text).toContain('docs/guide/en/feedback.md');
    const chinese = await docs.execute('POST /chat', { example: 'chinese' });
    expect(chinese.status).toBe(200);
    expect(chinese.text).toContain('提交反馈');
    expect(chinese.text).toContain('docs/guide/zh/feedback.md');
  });

  it('gets the frames of variant B with their sources, and takes feedback on them', async () => {
    await docs.authorize(service.key);
    const english = await docs.execute('POST /api/chat');
    await docs.takeScreenshot('variant-b', 'POST /api/chat');
    expect(english.status).toBe(200);
    const frames = dataLines(english.text);
    expect(frames.at(-1)).toBe('[DONE]');
    expect(firstSource(frames)).toMatch(/^docs\/guide\/en\/feedback\.md/);
    expect(textOf(frames)).toContain('POST /api/feedback');

    const chinese = dataLines((await docs.execute('POST /api/chat', { example: 'chinese' })).text);
    expect(firstSource(chinese)).toMatch(/^docs\/guide\/zh\/feedback\.md/);
    expect(textOf(chinese)).toContain('提交反馈');

    const { chat_id } = JSON.parse(frames[0]!) as { chat_id: string };
    const feedback = await docs.execute('POST /api/feedback', {
      body: { chat_id, uid: UID, stars: 5, reason: '很好' },
    });
    await docs.takeScreenshot('feedback', 'POST /api/feedback');
    expect(feedback.status).toBe(201);
    expect(JSON.parse(feedback.text)).toMatchObject({
      chat_id,
      uid: UID,
      stars: 5,
      reason: '很好',
      revision: 1,
    });
  });

  it('shows a wrong key the problem that it is', async () => {
    await docs.authorize(`${service.key}x`);
    const answer = await docs.execute('POST /api/chat');
    await docs.takeScreenshot('wrong-key', 'POST /api/chat');
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.text)).toMatchObject({
      code: 'unauthorized',
      status: 401,
      instance: '/api/chat',
    });
  });

  it('answers what every operation has prefilled, when Execute is pressed', async () => {
    await docs.authorize(service.key);
    const refused: unknown[] = [];
    for (const operation of await docs.operations()) {
      const expected = WANT_AN_ID.includes(operation) ? [404] : [200, 201, 204];
      const examples = await docs.examples(operation);
      for (const example of examples.length > 0 ? examples : [undefined]) {
        const answer = await docs.execute(operation, { example });
        if (expected.includes(answer.status)) continue;
        refused.push({ operation, example, ...answer });
        // Of all of them, screenshots would take longer than the rest.
        await docs.takeScreenshot(operation.toLowerCase().match(/\w+/g)!.join('-'), operation);
      }
      await docs.fold(operation);
    }
    expect(refused).toEqual([]);
  }, 180_000);
});

function dataLines(shown: string): string[] {
  return [...shown.matchAll(/^data: (.*)$/gm)].map(([, data]) => data!);
}

function firstSource(frames: readonly string[]): string | undefined {
  const { sourceDocs } = JSON.parse(frames[1]!) as { sourceDocs: { metadata: { source: string } }[] };
  return sourceDocs[0]?.metadata.source;
}

function textOf(frames: readonly string[]): string {
  const deltas = frames.slice(0, -1).map((frame) => (JSON.parse(frame) as { data?: string }).data ?? '');
  return deltas.join('');
}

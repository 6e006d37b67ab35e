import { startService, type TestService } from '../support/service/service.js';

// Real: the complete service.

let service: TestService;

beforeAll(async () => {
  service = await startService();
});

afterAll(() => service.stop());

interface DocumentBody {
  readonly id: string;
  readonly title: string;
  readonly updated_at: string;
}

const RETURNS = {
  title: 'Return policy',
  source: 'https://shop.example/returns',
  content: '# Returns\n\n## How long\n\nGoods can be returned within 30 days. 退货期限是 30 天。\n',
};

async function post(path: string, body: unknown, key?: string) {
  const response = await service.post(path, body, { key });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function get(path: string, key?: string) {
  const response = await service.request('GET', path, { key });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('the routes of documents', () => {
  it('store, find, read, replace and delete one', async () => {
    const metadata = { department: 'sales', 'a/b': null };
    const created = await post('/api/documents', { ...RETURNS, external_id: 'returns', metadata });
    expect(created).toEqual({
      status: 201,
      body: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        title: 'Return policy',
        source: 'https://shop.example/returns',
        format: 'markdown',
        external_id: 'returns',
        metadata,
        passages: 1,
        created_at: expect.stringMatching(/Z$/) as string,
        updated_at: created.body['created_at'],
      },
    });
    const path = `/api/documents/${String(created.body['id'])}`;
    expect(await get(path)).toEqual({ status: 200, body: { ...created.body, content: RETURNS.content } });

    for (const query of ['退货期限是多久？', 'how long can goods be returned?']) {
      expect(await post('/api/knowledge/search', { query })).toEqual({
        status: 200,
        body: {
          passages: [
            {
              text: RETURNS.content.trim(),
              title: 'Return policy',
              source: 'https://shop.example/returns',
              heading: 'Returns > How long',
              score: expect.any(Number) as number,
              document_id: created.body['id'],
              metadata,
            },
          ],
        },
      });
    }

    const replaced = await post('/api/documents', {
      ...RETURNS,
      content: 'Never.',
      external_id: 'returns',
      format: 'text',
    });
    expect(replaced).toMatchObject({
      status: 200,
      body: { id: created.body['id'], format: 'text', metadata: {} },
    });
    expect((await post('/api/knowledge/search', { query: '退货期限是多久？' })).body).toEqual({
      passages: [],
    });

    const deleted = await service.request('DELETE', path);
    expect([deleted.status, await deleted.text()]).toEqual([204, '']);
    expect((await get(path)).status).toBe(404);
  });

  it('list a client’s own, the newest first, a page at a time', async () => {
    const key = await service.addClient('lister');
    for (const title of ['one', 'two', 'three']) await post('/api/documents', { ...RETURNS, title }, key);
    const first = await get('/api/documents?limit=2', key);
    const titles = (page: typeof first) =>
      (page.body['documents'] as DocumentBody[]).map(({ title }) => title);
    expect(titles(first)).toEqual(['three', 'two']);
    expect((first.body['documents'] as object[])[0]).not.toHaveProperty('content');
    const second = await get(`/api/documents?limit=2&cursor=${String(first.body['next_cursor'])}`, key);
    expect([titles(second), second.body['next_cursor']]).toEqual([['one'], null]);
    expect(titles(await get('/api/documents', key))).toEqual(['three', 'two', 'one']);
  });

  it('know nothing of another client’s document, nor of a malformed id', async () => {
    const { body: mine } = await post('/api/documents', RETURNS);
    const stranger = await service.addClient('stranger');
    const unknown = '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11';
    for (const id of [String(mine['id']), unknown, 'x', '%00', '%F0%9F%99%82', 'constructor']) {
      for (const method of ['GET', 'DELETE']) {
        const response = await service.request(method, `/api/documents/${id}`, { key: stranger });
        expect([id, response.status, await response.json()]).toEqual([
          id,
          404,
          expect.objectContaining({ code: 'not_found', detail: 'There is no such document.' }),
        ]);
      }
    }
    expect((await get(`/api/documents/${String(mine['id'])}`)).status).toBe(200);
    expect((await get('/api/documents', stranger)).body).toEqual({ documents: [], next_cursor: null });
    expect((await post('/api/knowledge/search', { query: 'returned goods' }, stranger)).body).toEqual({
      passages: [],
    });
  });

  it.each([
    ['/api/documents', { ...RETURNS, title: '\u0000' }, '/title'],
    ['/api/documents', { ...RETURNS, metadata: { '\ud800': 1 } }, '/metadata'],
    [
      '/api/documents',
      '{"title":"a","source":"b","content":"c","metadata":{"a":{"constructor":1}}}',
      '/metadata',
    ],
    ['/api/knowledge/search', { query: 'x', limit: 51 }, '/limit'],
    ['/api/knowledge/search', { limit: 5 }, '/query'],
  ])('refuse a faulty field: %s %#', async (path, body, pointer) => {
    expect(await post(path, body)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ pointer }] },
    });
  });

  it.each(['limit=0', 'limit=x', 'cursor=x', 'cursor=%00', 'cursor=a&cursor=b'])(
    'refuse the page %s',
    async (query) => {
      const { status, body } = await get(`/api/documents?${query}`);
      expect([status, body['code']]).toEqual([400, 'validation_failed']);
    },
  );

  it('want a key', async () => {
    for (const [method, path] of [
      ['POST', '/api/documents'],
      ['GET', '/api/documents'],
      ['POST', '/api/knowledge/search'],
    ] as const) {
      expect((await service.request(method, path, { key: null })).status).toBe(401);
    }
  });
});

describe('the service’s own documentation', () => {
  it('is loaded at the start, and not found by a search of documents', async () => {
    expect((await post('/api/knowledge/search', { query: 'how do I connect ollama' })).body).toEqual({
      passages: [],
    });
    const response = await service.post('/api/chat', {
      question: 'how do I connect ollama',
      uid: 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935',
    });
    expect(await response.text()).toContain('"source":"docs/guide/en/models.md#connect-ollama"');
  });
});

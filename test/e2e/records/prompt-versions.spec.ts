import { answer, hold } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { readProblem } from '../../support/requests/problem.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { readJson } from '../../support/callers/two-clients.js';

/** Real: the complete service, its database, HTTP both ways. Stand-in: the model behind its server. */

interface Prompt {
  readonly name: string;
  readonly version: number | null;
  readonly labels: string[];
  readonly template: string;
}

interface Versions {
  readonly versions: Prompt[];
  readonly next_cursor: string | null;
}

let model: ModelServer;
let service: TestService;

beforeAll(async () => {
  ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' }));
  model.always(answer('an answer'));
});

afterAll(() => stopServiceWithModel({ model, service }));

let clients = 0;

/** A client of a test's own, and what it does. */
async function newClient() {
  const key = await service.addClient(`versions-${++clients}`);
  const request = (method: string, path: string, body?: object) =>
    service.request(method, path, { key, body });
  return {
    key,
    request,
    save: async (name: string, body: object) =>
      readJson<Prompt>(await request('PUT', `/api/prompts/${name}`, body)),
    move: async (name: string, label: string, version: number) =>
      readJson<Prompt>(await request('PUT', `/api/prompts/${name}/labels/${label}`, { version })),
    get: async (path: string) => readJson<Prompt>(await request('GET', `/api/prompts/${path}`)),
    /** Asks, and tells what the turn is stamped with. */
    ask: async (prompt_name: string) => {
      const asked = await readJson<{ message_id: string }>(
        await request('POST', '/chat', { query: 'q', prompt_name }),
      );
      const receipt = await readJson(await request('GET', `/api/chat/${asked.message_id}`));
      return [receipt['prompt_name'], receipt['prompt_version']];
    },
  };
}

/** What the model was sent last. */
const lastMessages = () => model.requests.at(-1)!.body!.messages;

describe('The versions of a template', () => {
  it('are used by name, number and label, and each turn is stamped with the one it got', async () => {
    const { save, move, ask } = await newClient();
    await save('mine', { template: 'one {{question}}' });
    await save('mine', { template: 'two {{question}}', labels: [] });
    await save('mine', { template: 'three {{question}}', labels: ['beta'] });
    const sent = async (promptName: string) => [await ask(promptName), lastMessages()?.[0]?.content];
    expect(await sent('mine')).toEqual([['mine', 1], 'one q']);
    expect(await sent('mine@production')).toEqual([['mine', 1], 'one q']);
    expect(await sent('mine@2')).toEqual([['mine', 2], 'two q']);
    expect(await sent('mine@beta')).toEqual([['mine', 3], 'three q']);
    expect(await sent('mine@latest')).toEqual([['mine', 3], 'three q']);
    await move('mine', 'production', 2);
    expect(await sent('mine')).toEqual([['mine', 2], 'two q']);
    expect((await sent('llm_chat'))[0]).toEqual(['default', undefined]);
    await save('default', { template: 'my default' });
    expect((await sent('llm_chat'))[0]).toEqual(['default', 1]);
    expect((await sent('llm_chat@1'))[0]).toEqual(['default', 1]);
  });

  it('are listed with their labels, the newest first, a page at a time, and never change', async () => {
    const { save, move, request, get } = await newClient();
    for (const template of ['one', 'two', 'three']) await save('mine', { template, labels: ['beta'] });
    await move('mine', 'production', 1);
    const page = async (query: string) =>
      readJson<Versions>(await request('GET', `/api/prompts/mine/versions${query}`));
    const first = await page('?limit=2');
    const second = await page(`?limit=2&cursor=${first.next_cursor}`);
    const all = [...first.versions, ...second.versions];
    expect(all.map(({ version, labels, template }) => [version, labels, template])).toEqual([
      [3, ['beta'], 'three'],
      [2, [], 'two'],
      [1, ['production'], 'one'],
    ]);
    expect(second.next_cursor).toBeNull();
    expect(await page('')).toEqual({ versions: all, next_cursor: null });
    expect(await get('mine@1')).toEqual(all[2]);
    expect(await get('mine@beta')).toEqual(all[0]);
    expect(await get('mine%40beta')).toEqual(all[0]);
  });

  it('are none of a built-in template', async () => {
    const { request } = await newClient();
    const none = { versions: [], next_cursor: null };
    expect(await readJson(await request('GET', '/api/prompts/default/versions'))).toEqual(none);
    for (const name of ['nobodys', 'default@1', '%00'])
      expect((await request('GET', `/api/prompts/${name}/versions`)).status).toBe(404);
  });
});

describe('A draft', () => {
  it('is used by who asks for it only, and found in the list', async () => {
    const { save, request, ask, move } = await newClient();
    await save('mine', { template: 'a draft {{question}}', labels: [] });
    await save('qa', { template: 'a draft of qa', labels: [] });
    const refused = await readProblem(await request('POST', '/chat', { query: 'q', prompt_name: 'mine' }));
    expect(refused).toMatchObject({
      status: 400,
      code: 'prompt_not_found',
      supported: ['mine@latest', 'mine@1'],
      errors: [{ pointer: '/prompt_name' }],
    });
    const unread = await readProblem(await request('GET', '/api/prompts/mine'));
    expect(unread).toMatchObject({ status: 404, detail: expect.stringContaining('production') as string });
    expect(await ask('mine@latest')).toEqual(['mine', 1]);
    expect(await ask('qa')).toEqual(['qa', undefined]);
    const { prompts } = await readJson<{ prompts: Prompt[] }>(await request('GET', '/api/prompts'));
    expect(prompts.map(({ name, version, labels }) => [name, version, labels])).toEqual([
      ['default', null, []],
      ['mine', 1, []],
      ['qa', null, []],
      ['with_history', null, []],
    ]);
    await move('mine', 'production', 1);
    expect(await ask('mine')).toEqual(['mine', 1]);
  });
});

describe('What a request asks for and does not exist', () => {
  it.each([
    ['mine@3', ['mine@beta', 'mine@production', 'mine@latest', 'mine@2', 'mine@1']],
    ['mine@gamma', ['mine@beta', 'mine@production', 'mine@latest', 'mine@2', 'mine@1']],
    ['mine@', ['mine@beta', 'mine@production', 'mine@latest', 'mine@2', 'mine@1']],
    ['mine@99999999999999999999', ['mine@beta', 'mine@production', 'mine@latest', 'mine@2', 'mine@1']],
    ['llm_chat@3', ['default@production', 'default@latest']],
    ['nobodys@3', ['default', 'mine', 'qa', 'with_history']],
    ['@3', ['default', 'mine', 'qa', 'with_history']],
  ])('is refused with what does: %s', async (prompt_name, supported) => {
    const { save, request } = await newClient();
    await save('mine', { template: 'one', labels: ['production', 'beta'] });
    await save('mine', { template: 'two' });
    const asked = model.requests.length;
    for (const path of ['/chat', '/chat/stream', '/api/chat']) {
      const problem = await readProblem(await request('POST', path, { query: 'q', prompt_name }));
      expect(problem).toMatchObject({ status: 400, code: 'prompt_not_found', supported });
    }
    expect((await request('GET', `/api/prompts/${encodeURIComponent(prompt_name)}`)).status).toBe(404);
    expect(model.requests.length).toBe(asked);
  });
});

describe('A label', () => {
  it('is moved and taken away', async () => {
    const { save, move, request } = await newClient();
    await save('mine', { template: 'one' });
    await save('mine', { template: 'two' });
    expect(await move('mine', 'production', 1)).toMatchObject({ version: 1, labels: ['production'] });
    expect(await move('mine', '%E5%80%99%E9%80%89', 1)).toMatchObject({ labels: ['production', '候选'] });
    const remove = () => request('DELETE', '/api/prompts/mine/labels/production');
    const removed = await remove();
    expect([removed.status, await removed.text()]).toEqual([204, '']);
    expect(await readProblem(await remove())).toMatchObject({ status: 404, code: 'not_found' });
  });

  it.each([
    ['mine/labels/production', { version: 3 }, 404, undefined],
    ['nobodys/labels/production', { version: 1 }, 404, undefined],
    ['default/labels/production', { version: 1 }, 404, undefined],
    ['mine@1/labels/production', { version: 1 }, 404, undefined],
    ['mine/labels/latest', { version: 1 }, 400, '/label'],
    ['mine/labels/3', { version: 1 }, 400, '/label'],
    ['mine/labels/a%20b', { version: 1 }, 400, '/label'],
    ['mine/labels/%00', { version: 1 }, 400, '/label'],
    ['mine/labels/production', { version: 0 }, 400, '/version'],
    ['mine/labels/production', { version: '1' }, 400, '/version'],
    ['mine/labels/production', { version: 2_147_483_648 }, 400, '/version'],
    ['mine/labels/production', {}, 400, '/version'],
  ])('is not moved by PUT %s with %j', async (path, body, status, pointer) => {
    const { save, request, get } = await newClient();
    await save('mine', { template: 'one' });
    await save('mine', { template: 'two', labels: [] });
    const problem = await readProblem(await request('PUT', `/api/prompts/${path}`, body));
    expect(problem.status).toBe(status);
    expect(problem.errors?.[0]?.pointer).toBe(pointer);
    expect(await get('mine')).toMatchObject({ version: 1, labels: ['production'] });
  });
});

describe('A question that is repeated', () => {
  it('gets the answer of the version that its label pointed at then', async () => {
    const { key, save, move, request } = await newClient();
    await save('mine', { template: 'one {{question}}', labels: ['production', 'live'] });
    await save('mine', { template: 'two {{question}}', labels: [] });
    const post = async (prompt_name: string, idempotencyKey: string) =>
      service.post(
        '/chat',
        { query: 'q', prompt_name },
        { key, headers: { 'idempotency-key': idempotencyKey } },
      );
    const first = await readJson(await post('mine', 'bare'));
    const labelled = await readJson(await post('mine@live', 'label'));
    const asked = model.requests.length;
    await move('mine', 'production', 2);
    await move('mine', 'live', 2);
    expect(await readJson(await post('mine', 'bare'))).toEqual(first);
    expect(await readJson(await post('mine@production', 'bare'))).toEqual(first);
    expect(await readJson(await post('mine@live', 'label'))).toEqual(labelled);
    await request('DELETE', '/api/prompts/mine/labels/live');
    expect(await readJson(await post('mine@live', 'label'))).toEqual(labelled);
    for (const [name, idempotencyKey] of [
      ['mine@1', 'bare'],
      ['mine@live', 'bare'],
      ['mine', 'label'],
    ] as const) {
      expect(await readProblem(await post(name, idempotencyKey))).toMatchObject({ code: 'request_differs' });
    }
    expect(model.requests.length).toBe(asked);
  });

  it('attaches to the running turn, whose version stays what it was', async () => {
    const { key, save, move, request } = await newClient();
    await save('mine', { template: 'one {{question}}' });
    await save('mine', { template: 'two {{question}}', labels: [] });
    const held = hold(['half']);
    model.next(held);
    const index = model.requests.length;
    const post = () =>
      service.post(
        '/chat',
        { query: 'q', prompt_name: 'mine' },
        { key, headers: { 'idempotency-key': 'k' } },
      );
    const first = post();
    await model.requestArrived(index);
    await move('mine', 'production', 2);
    const second = post();
    held.release();
    const told = await readJson<{ message_id: string }>(await first);
    expect(await readJson(await second)).toEqual(told);
    const receipt = await readJson(await request('GET', `/api/chat/${told.message_id}`));
    expect(receipt).toMatchObject({ prompt_name: 'mine', prompt_version: 1 });
  });
});

describe('Labels that many move while many ask', () => {
  it('stamp each turn with a version that had the label', async () => {
    const { save, move, ask } = await newClient();
    for (const template of ['0', '1', '2', '3', '4'])
      await save('mine', { template: `${template} {{question}}`, labels: template === '1' ? ['live'] : [] });
    // 1, 3 and 5 are never live.
    let isOver = false;
    const movers = [2, 4, 2, 4].map(async (version) => {
      while (!isOver) await move('mine', 'live', version);
    });
    const asked = await Promise.all(Array.from({ length: 30 }, () => ask('mine@live')));
    isOver = true;
    await Promise.all(movers);
    for (const stamp of asked) {
      expect(stamp[0]).toBe('mine');
      expect([2, 4]).toContain(stamp[1]);
    }
  });
});

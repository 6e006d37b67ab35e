import { startService, type TestService } from '../../support/service/service.js';

let service: TestService;

beforeAll(async () => {
  service = await startService();
});

afterAll(() => service.stop());

interface Prompt {
  readonly name: string;
  readonly version: number | null;
  readonly labels: string[];
  readonly built_in: boolean;
  readonly template: string;
  readonly updated_at: string | null;
}

async function listNames(key: string): Promise<string[]> {
  const response = await service.request('GET', '/api/prompts', { key });
  expect(response.status).toBe(200);
  const { prompts } = (await response.json()) as { prompts: Prompt[] };
  return prompts.map(({ name }) => name);
}

/** Expects a problem of this status and code, and returns it. */
async function expectProblem(
  response: Response,
  status: number,
  code: string,
): Promise<Record<string, unknown>> {
  const problem = (await response.json()) as Record<string, unknown>;
  expect(problem).toMatchObject({ status, code });
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return problem;
}

describe('a template', () => {
  it('is created, read, changed, listed and deleted under its name', async () => {
    const key = await service.addClient('life-of-a-template');
    const path = `/api/prompts/${encodeURIComponent('翻译.v1')}`;
    const template = 'Answer as JSON {"a": {"b": 1}}: {{ input }} {{context}}';
    const created = await service.request('PUT', path, { key, body: { template, description: 'd' } });
    expect(created.status).toBe(201);
    const first = (await created.json()) as Prompt;
    expect(first).toEqual({
      name: '翻译.v1',
      version: 1,
      labels: ['production'],
      built_in: false,
      template,
      description: 'd',
      variables: ['context', 'question'],
      updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
    });
    const read = await service.request('GET', path, { key });
    expect([read.status, await read.json()]).toEqual([200, first]);

    const same = await service.request('PUT', path, { key, body: { template, description: 'd' } });
    expect([same.status, await same.json()]).toEqual([200, first]);
    const changed = await service.request('PUT', path, { key, body: { template: 'x', description: null } });
    expect(changed.status).toBe(200);
    expect(await changed.json()).toMatchObject({
      version: 2,
      template: 'x',
      description: null,
      variables: [],
    });
    expect(await listNames(key)).toEqual(['default', 'qa', 'with_history', '翻译.v1']);

    const deleted = await service.request('DELETE', path, { key });
    expect([deleted.status, await deleted.text()]).toEqual([204, '']);
    await expectProblem(await service.request('GET', path, { key }), 404, 'not_found');
    await expectProblem(await service.request('DELETE', path, { key }), 404, 'not_found');
  });

  it('shadows the built-in one of its name until it is deleted', async () => {
    const key = await service.addClient('shadow');
    const builtIn = await (await service.request('GET', '/api/prompts/default', { key })).json();
    expect(builtIn).toMatchObject({ name: 'default', version: null, built_in: true, updated_at: null });
    await service.request('PUT', '/api/prompts/default', { key, body: { template: 'mine' } });
    for (const name of ['default', 'llm_chat']) {
      const shown = await service.request('GET', `/api/prompts/${name}`, { key });
      expect(await shown.json()).toMatchObject({
        name: 'default',
        version: 1,
        built_in: false,
        template: 'mine',
      });
    }
    expect((await service.request('DELETE', '/api/prompts/default', { key })).status).toBe(204);
    expect(await (await service.request('GET', '/api/prompts/default', { key })).json()).toEqual(builtIn);
    await expectProblem(await service.request('DELETE', '/api/prompts/default', { key }), 404, 'not_found');
  });

  it('does not exist for another client', async () => {
    const [owner, stranger] = [await service.addClient('owner'), await service.addClient('stranger')];
    await service.request('PUT', '/api/prompts/secret', { key: owner, body: { template: 'the text' } });
    expect(await listNames(stranger)).toEqual(['default', 'qa', 'with_history']);
    const foreign = await service.request('GET', '/api/prompts/secret', { key: stranger });
    const unknown = await service.request('GET', '/api/prompts/unheard-of', { key: stranger });
    const { detail } = await expectProblem(foreign, 404, 'not_found');
    expect(await expectProblem(unknown, 404, 'not_found')).toMatchObject({ detail });
    await expectProblem(
      await service.request('DELETE', '/api/prompts/secret', { key: stranger }),
      404,
      'not_found',
    );
    expect(await listNames(owner)).toContain('secret');
  });

  it('is saved by many at once without a failure', async () => {
    const key = await service.addClient('many-savers');
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const body = { template: `text ${index}` };
        return (await service.request('PUT', '/api/prompts/busy', { key, body })).status;
      }),
    );
    expect(statuses.sort()).toEqual([...Array<number>(19).fill(200), 201]);
  });
});

describe('what cannot be saved', () => {
  it.each([
    ['/template', {}],
    ['/template', { template: '' }],
    ['/template', { template: 5 }],
    ['/template', { template: 'x'.repeat(32_001) }],
    ['/template', { template: 'a\u0000b' }],
    ['/template', '{"template":"\\ud800"}'],
    ['/description', { template: 'x', description: 'x'.repeat(1001) }],
    ['/labels', { template: 'x', labels: ['latest'] }],
    ['/labels', { template: 'x', labels: 'production' }],
  ])('is refused at %s', async (pointer, body) => {
    const response = await service.request('PUT', '/api/prompts/bad', { body });
    const problem = await expectProblem(response, 400, 'validation_failed');
    expect(problem.errors).toMatchObject([{ pointer }]);
  });

  it('is refused with the name of the unknown variable', async () => {
    const response = await service.request('PUT', '/api/prompts/bad', {
      body: { template: 'Hi {{unknown}}' },
    });
    const problem = await expectProblem(response, 400, 'prompt_not_valid');
    const detail = expect.stringContaining('{{unknown}}') as string;
    expect(problem.errors).toEqual([{ pointer: '/template', detail }]);
  });

  it.each(['a%20b', '%00', 'a%2Fb', '%F0%9F%98%80', 'mine@3', 'mine@', 'x'.repeat(101)])(
    'is refused under the name %s',
    async (name) => {
      const response = await service.request('PUT', `/api/prompts/${name}`, { body: { template: 'x' } });
      const problem = await expectProblem(response, 400, 'validation_failed');
      expect(problem.errors).toMatchObject([{ pointer: '/name' }]);
    },
  );
});

describe('a name that no path can hold', () => {
  // The halves of a surrogate pair in UTF-8, and what is no percent-encoding at all.
  it.each(['%ED%A0%80', '%ED%B0%80', '%', '%zz', '%C0%AF', '%FF'])(
    'is the fault of the caller: %s',
    async (name) => {
      for (const method of ['GET', 'DELETE']) {
        await expectProblem(await service.request(method, `/api/prompts/${name}`), 400, 'bad_request');
      }
      const saved = await service.request('PUT', `/api/prompts/${name}`, { body: { template: 'x' } });
      await expectProblem(saved, 400, 'bad_request');
    },
  );
});

import { readProblem } from '../../support/requests/problem.js';
import { startService, type TestService } from '../../support/service/service.js';

/** No database matters. What the page does is tested in a browser: test/browser/playground.spec.ts. */
describe('The playground', () => {
  let service: TestService;

  beforeAll(async () => (service = await startService()));
  afterAll(() => service.stop());

  const get = (path: string, method = 'GET') => service.request(method, path, { key: null });

  /** The modules that a module imports, and theirs. */
  async function modulesFrom(
    path: string,
    found = new Map<string, Response>(),
  ): Promise<Map<string, Response>> {
    if (found.has(path)) return found;
    const response = await get(path);
    found.set(path, response);
    const code = await response.text();
    for (const [, name = ''] of code.matchAll(/^(?:import|export) .*?from '(.+?)';$/gms))
      await modulesFrom(new URL(name, `http://service${path}`).pathname, found);
    return found;
  }

  it('is a page for everybody, which may load and call nothing but this service', async () => {
    for (const method of ['GET', 'HEAD']) {
      const response = await get('/playground', method);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      const policy = response.headers.get('content-security-policy')!;
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).not.toMatch(/unsafe|https?:|\*|data:/);
    }
  });

  it('has no inline script, style or handler, and names nothing of another server', async () => {
    const html = await (await get('/playground')).text();
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=|\/\//);
  });

  it('has every module and file that it is made of', async () => {
    const html = await (await get('/playground')).text();
    const files = Array.from(html.matchAll(/(?:src|href)="(.+?)"/g), ([, path = '']) => `/${path}`);
    expect(files).toHaveLength(3);
    for (const file of files) expect([file, (await get(file)).status]).toEqual([file, 200]);
    const modules = await modulesFrom('/playground/playground.js');
    expect([...modules.keys()]).toContain('/playground/chat-client.js');
    for (const [path, { status, headers }] of modules)
      expect([path, status, headers.get('content-type')]).toEqual([
        path,
        200,
        'text/javascript; charset=utf-8',
      ]);
  });

  it('has one address', async () => {
    const response = await fetch(`${service.url}/playground/`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([308, '../playground']);
  });

  it.each([
    '/playground/nothing.js',
    '/playground/..%2f..%2fpackage.json',
    '/playground/..%2ftypescript%2fpackage.json',
    '/playground/%zz',
    '/playground/.env',
  ])('has nothing else: %s', async (path) => {
    expect(await readProblem(await get(path))).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('can be turned off', async () => {
    const closed = await startService({ environment: { PLAYGROUND: 'off' } });
    for (const path of ['/playground', '/playground/', '/playground/playground.js']) {
      const response = await closed.request('GET', path, { key: null });
      expect(await readProblem(response)).toMatchObject({ status: 404, code: 'not_found' });
    }
    expect(await (await fetch(`${closed.url}/`)).text()).not.toContain('playground');
    await closed.stop();
  });

  describe('The front page', () => {
    const links = async (response: Response) =>
      Array.from((await response.text()).matchAll(/<a href="([^"]+)">/g), ([, link = '']) => link);

    it('links to the playground, the documentation and the document, without a key', async () => {
      const response = await fetch(`${service.url}/`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      const found = await links(response);
      expect(found).toEqual(['playground', 'docs', 'openapi.json', 'health/ready']);
      // Relative: a proxy may have taken a prefix off the path.
      for (const link of found) expect((await fetch(new URL(link, `${service.url}/`))).status).toBe(200);
      expect((await fetch(`${service.url}/`, { method: 'HEAD' })).status).toBe(200);
    });

    it('has the icon that browsers ask for', async () => {
      const response = await fetch(`${service.url}/favicon.ico`);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
      expect(response.headers.get('cache-control')).toBe('public, max-age=86400');
      await response.body?.cancel();
    });
  });
});

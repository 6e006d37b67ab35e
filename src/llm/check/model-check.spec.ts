import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { ModelServer } from '../../../test/support/model/model-server.js';
import { SELF_SIGNED } from '../../../test/support/programs/self-signed-certificate.js';
import type { TargetConfig } from '../../config/app-config.js';
import { checkTarget } from './model-check.js';
import { describeFinding } from './model-finding.js';

/** Real: HTTP and TCP servers. */
describe('checkTarget', () => {
  const servers: { close(): unknown }[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function serve(listener: RequestListener): Promise<string> {
    return listen(createServer(listener));
  }

  async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push({
      close: () => ('closeAllConnections' in server ? server.closeAllConnections() : 0, server.close()),
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const list = (ids: readonly string[]) =>
    JSON.stringify({ object: 'list', data: ids.map((id) => ({ id })) });

  /** A server with a list of models at `path`, and 404 elsewhere. */
  const listAt =
    (path: string, ids: readonly string[]): RequestListener =>
    (request, response) => {
      if (request.url === path) response.end(list(ids));
      else response.writeHead(404).end('Not Found');
    };

  const target = (baseUrl: string, rest: Partial<TargetConfig> = {}): TargetConfig => ({
    baseUrl,
    model: 'qwen3',
    ...rest,
  });

  async function describeTarget(given: TargetConfig): Promise<string> {
    return describeFinding(await checkTarget(given), given);
  }

  it('finds the server that the tests have for models', async () => {
    const server = await ModelServer.start();
    servers.push({ close: () => void server.stop() });
    expect(await checkTarget(target(server.baseUrl, { model: 'test-model' }))).toEqual({ kind: 'answers' });
  });

  it.each(['qwen3', 'qwen3:latest', 'models/qwen3'])('takes %s in the list for the model', async (id) => {
    const url = await serve(listAt('/v1/models', ['other', id]));
    expect(await checkTarget(target(`${url}/v1`))).toEqual({ kind: 'answers' });
  });

  it('keeps the query of an address, and takes a bare array', async () => {
    const url = await serve((request, response) =>
      response.end(request.url === '/o/models?api-version=1' ? '[{"id":"qwen3"}]' : '{}'),
    );
    expect(await checkTarget(target(`${url}/o?api-version=1`))).toEqual({ kind: 'answers' });
  });

  it('says that nothing listens', async () => {
    const text = await describeTarget(target(await ModelServer.unreachableUrl()));
    expect(text).toMatch(/cannot be reached \(ECONNREFUSED\)/);
  });

  it('says that a name is not known', async () => {
    expect(await describeTarget(target('http://models.invalid/v1'))).toMatch(
      /cannot be reached \((?:ENOTFOUND|EAI_AGAIN)\)/,
    );
  });

  it('says that a server is silent, after no more than three seconds', async () => {
    const url = await listen(createTcpServer(() => undefined));
    const startedAt = performance.now();
    expect(await describeTarget(target(`${url}/v1`))).toMatch(
      /cannot be reached \(no answer within 1\.5 s\)/,
    );
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it('says that /v1 is missing, and where there is an API', async () => {
    const url = await serve(listAt('/v1/models', ['qwen3']));
    expect(await describeTarget(target(url))).toMatch(
      `no OpenAI-compatible API (404 at /models). There is one at ${url}/v1`,
    );
  });

  it('says that /v1 may be missing where no list is found', async () => {
    const url = await serve(listAt('/nowhere', []));
    expect(await describeTarget(target(url))).toMatch(/404 at \/models\).*under \/v1/);
    const page = await serve((_request, response) => response.end('<html>Ollama is running</html>'));
    expect(await describeTarget(target(`${page}/v1`))).toMatch(
      /no OpenAI-compatible API \(no list of models/,
    );
  });

  it.each([401, 403])('says that the key is refused, or missing: %s', async (status) => {
    const url = await serve((_request, response) => response.writeHead(status).end('{"error":"hunter2"}'));
    expect(await describeTarget(target(`${url}/v1`, { apiKey: 'hunter2' }))).toBe(
      `${url}/v1 refuses the key (${status}). Check LLM_API_KEY`,
    );
    expect(await describeTarget(target(`${url}/v1`))).toMatch(/wants a key/);
  });

  it('sends the key', async () => {
    const url = await serve((request, response) =>
      response.writeHead(request.headers.authorization === 'Bearer k' ? 200 : 401).end(list(['qwen3'])),
    );
    expect(await checkTarget(target(`${url}/v1`, { apiKey: 'k' }))).toEqual({ kind: 'answers' });
  });

  it('says that the model is not known, and which are: bounded, and without control characters', async () => {
    const url = await serve(listAt('/v1/models', ['a\u001b[31m', 'b'.repeat(500), 'c', 'd', 'e', 'f', 'g']));
    const text = await describeTarget(target(`${url}/v1`));
    expect(text).toMatch(
      /does not know a model qwen3; it lists a\?\[31m, b{100}, c, d, e and 2 more\. Check LLM_MODEL/,
    );
  });

  /** A server with a certificate that nothing trusts; `http://`, as a newcomer writes it. */
  function serveTls(): Promise<string> {
    return listen(createHttpsServer(SELF_SIGNED, listAt('/v1/models', ['qwen3'])));
  }

  it('says that a server speaks HTTP where https:// was written', async () => {
    const url = (await serve(listAt('/v1/models', ['qwen3']))).replace('http:', 'https:');
    expect(await describeTarget(target(`${url}/v1`))).toBe(
      `${url}/v1 speaks HTTP, not HTTPS: write http:// in LLM_BASE_URL`,
    );
  });

  it('says that a server may want HTTPS where it closes the connection', async () => {
    const url = await serveTls();
    expect(await describeTarget(target(`${url}/v1`))).toBe(
      `${url}/v1 closed the connection without an answer. Perhaps it wants https:// in LLM_BASE_URL`,
    );
  });

  it('says that a certificate is not trusted', async () => {
    const url = (await serveTls()).replace('http:', 'https:');
    expect(await describeTarget(target(`${url}/v1`))).toMatch(
      /its certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)\. NODE_EXTRA_CA_CERTS names the file of its CA$/,
    );
  });

  it.each([301, 302, 307, 308])('says where a redirection (%s) leads, without secrets', async (status) => {
    const url = await serve((_request, response) => {
      response.writeHead(status, { location: 'https://u:hunter2@api.example/v1/models?key=hunter2' }).end();
    });
    expect(await describeTarget(target(`${url}/v1`))).toBe(
      `${url}/v1 redirects (${status}) to https://api.example/v1: write that in LLM_BASE_URL`,
    );
  });

  it('names the place in the file of models where there is one', async () => {
    const url = await serve((_request, response) => response.writeHead(401).end());
    const given = target(`${url}/v1`);
    const text = describeFinding(await checkTarget(given), given, 'file');
    expect(text).toBe(
      `${url}/v1 wants a key (401). Give it in api_key_env or api_key_file in the file of models`,
    );
  });

  it('says that the server fails', async () => {
    const url = await serve((_request, response) => response.writeHead(503).end());
    expect(await describeTarget(target(`${url}/v1`))).toBe(`${url}/v1 answers with an error (503)`);
  });
});

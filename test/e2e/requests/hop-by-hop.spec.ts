import { connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { answer, hold } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { readSse } from '../../support/service/sse.js';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

let model: ModelServer;
let service: TestService;

beforeAll(async () => {
  ({ model, service } = await startServiceWithModel());
  model.always(answer('an answer'));
});
afterAll(() => stopServiceWithModel({ model, service }));

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly version?: '1.0' | '1.1';
  readonly headers?: readonly string[];
  /** Sent as it is, behind the headers. */
  readonly body?: string;
}

/** Sends one request over a bare socket and reads until the service closes the connection. */
function sendUntilClosed({ method, path, version = '1.1', headers = [], body = '' }: Sent): Promise<string> {
  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  const lines = [
    `${method} ${path} HTTP/${version}`,
    `host: ${hostname}`,
    `authorization: Bearer ${service.key}`,
  ];
  socket.write(`${[...lines, ...headers].join('\r\n')}\r\n\r\n${body}`);
  return readText(socket);
}

function post(
  path: string,
  body: object,
  headers: readonly string[],
): Pick<Sent, 'method' | 'path' | 'headers' | 'body'> {
  const json = JSON.stringify(body);
  const own = ['content-type: application/json', `content-length: ${Buffer.byteLength(json)}`];
  return { method: 'POST', path, headers: [...own, ...headers], body: json };
}

/** Of one response, names in lower case. */
function headerLines(response: string): string[] {
  return response.slice(0, response.indexOf('\r\n\r\n')).toLowerCase().split('\r\n').slice(1);
}

const STREAMS: [string, object][] = [
  ['/chat', { query: 'q', stream: true }],
  ['/chat/stream', { query: 'q' }],
  ['/api/chat', { question: 'q', uid: UID }],
  ['/v1/chat/completions', { messages: [{ role: 'user', content: 'q' }], stream: true }],
];

/** RFC 9112, 9.6. A client that waits for the end of the connection waits until the idle timeout otherwise: 75 s. */
describe('A streaming route', () => {
  it.each(STREAMS)(
    'closes the connection after the last frame when it is asked to: %s',
    async (path, body) => {
      const response = await sendUntilClosed(post(path, body, ['connection: close']));
      const connection = headerLines(response).filter((line) => line.startsWith('connection:'));
      expect(connection).toEqual(['connection: close']);
      expect(response).toMatch(/data: .*\n\n\r\n0\r\n\r\n$/);
    },
  );

  it.each(STREAMS)(
    'closes the connection after the last frame of HTTP/1.0, without chunks: %s',
    async (path, body) => {
      const response = await sendUntilClosed({ ...post(path, body, []), version: '1.0' });
      expect(headerLines(response)).toContain('connection: close');
      expect(headerLines(response)).not.toContain('transfer-encoding: chunked');
      expect(response).toMatch(/\r\n\r\n(id: .*\n)?data: /);
      expect(response).toMatch(/data: .*\n\n$/);
    },
  );

  it('closes it also for a turn that is read again, and for HEAD', async () => {
    const asked = await service.post('/chat', { query: 'q' });
    const { message_id: id } = (await asked.json()) as { message_id: string };
    const path = `/api/chat/${id}/stream`;
    const headers = ['connection: close'];
    const replayed = await sendUntilClosed({ method: 'GET', path, headers });
    expect(headerLines(replayed)).toContain('connection: close');
    expect(replayed).toContain('"finish_reason":"stop"');
    const described = await sendUntilClosed({ method: 'HEAD', path, headers });
    expect(headerLines(described)).toContain('connection: close');
  });
});

const EMPTY_CHUNKED = { headers: ['transfer-encoding: chunked', 'connection: close'], body: '0\r\n\r\n' };

/** Proxies make an empty chunked body of an HTTP/2 request without one, and `fetch` of an empty stream. */
describe('An empty chunked body', () => {
  it('needs no content type to stop a turn', async () => {
    model.next(hold(['half an ']));
    const stream = readSse(await service.post('/chat/stream', { query: 'q' }));
    const { message_id: id } = JSON.parse((await stream.next())!.data) as { message_id: string };
    const stopped = await sendUntilClosed({ method: 'POST', path: `/api/chat/${id}/stop`, ...EMPTY_CHUNKED });
    expect(stopped).toMatch(/^HTTP\/1\.1 200 /);
    expect((await stream.rest()).at(-1)?.data).toContain('"cancelled"');
  });

  it.each([
    ['POST', '/chat', 400],
    ['PUT', '/api/prompts/p/labels/l', 400],
    ['PATCH', '/api/conversations/none', 400],
    ['DELETE', '/api/conversations/none', 404],
    ['GET', '/api/models', 200],
  ])('is no body: %s %s is answered as without one', async (method, path, status) => {
    const response = await sendUntilClosed({ method, path, ...EMPTY_CHUNKED });
    expect(response).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it('is unlike one with a byte in it, which is refused without its type', async () => {
    const headers = ['transfer-encoding: chunked', 'connection: close'];
    const path = '/chat';
    const refused = await sendUntilClosed({ method: 'POST', path, headers, body: '2\r\n{}\r\n0\r\n\r\n' });
    expect(refused).toMatch(/^HTTP\/1\.1 415 /);
    // The rest of it need not come.
    const early = await sendUntilClosed({ method: 'POST', path, headers, body: '1\r\n{\r\n' });
    expect(early).toMatch(/^HTTP\/1\.1 415 /);
  });
});

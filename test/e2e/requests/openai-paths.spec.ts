import OpenAI from 'openai';
import { KeptConnection } from '../../support/callers/kept-connection.js';
import { OpenSocket } from '../../support/callers/open-socket.js';
import { answer } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';

interface Failure {
  readonly error: { readonly message: string; readonly type: string; readonly code: string };
}

let model: ModelServer;
let service: TestService;
let connection: KeptConnection;
beforeAll(async () => {
  ({ model, service } = await startServiceWithModel());
  connection = new KeptConnection(service.url);
});
afterAll(async () => {
  connection.close();
  await stopServiceWithModel({ model, service });
});

const BODY = JSON.stringify({ messages: [{ role: 'user', content: 'q' }] });
const JSON_TYPE = { 'content-type': 'application/json' };

/** Not by fetch, which normalises a URL. */
async function send(
  method: string,
  path: string,
  {
    key = service.key,
    headers = JSON_TYPE,
    body = BODY,
  }: { key?: string; headers?: object; body?: string } = {},
) {
  const {
    status,
    text,
    headers: answered,
  } = await connection.send({
    method,
    path,
    headers: { authorization: `Bearer ${key}`, ...headers },
    ...(method !== 'GET' && { body }),
  });
  return {
    status,
    text,
    headers: answered,
    error: text ? (JSON.parse(text) as Partial<Failure>).error : undefined,
  };
}

describe('A route of the OpenAI API that is not offered', () => {
  it.each([
    ['POST', '/v1/completions', 'use /v1/chat/completions (is_chat_model=True)'],
    ['POST', '/v1/audio/speech', 'input_audio'],
    ['POST', '/v1/images/generations', 'image_url'],
    ['POST', '/v1/moderations', 'moderates nothing'],
    ['GET', '/v1/files', 'POST /api/documents'],
    ['DELETE', '/v1/files/file-1', 'POST /api/documents'],
    ['POST', '/v1/batches', 'each request to /v1/chat/completions'],
    ['POST', '/v1/assistants', '/v1/responses'],
    ['POST', '/v1/threads/t/messages', 'previous_response_id'],
    ['GET', '/v1/realtime?model=x', 'with stream'],
    ['POST', '/v1//completions', 'use /v1/chat/completions'],
    ['POST', '/v1/engines/x/completions', 'use /v1/chat/completions'],
    ['GET', '/v1/chat/completions/chatcmpl-1', 'GET /api/chat/{id}'],
    ['PATCH', '/v1/COMPLETIONS/', 'use /v1/chat/completions'],
  ])('is a 400 with the way out: %s %s', async (method, path, expected) => {
    const { status, headers, error } = await send(method, path);
    expect(status).toBe(400);
    expect(error).toMatchObject({ type: 'invalid_request_error', param: null, code: 'bad_request' });
    expect(error!.message).toContain(expected);
    expect(headers['content-type']).toBe('application/json');
    expect(headers['x-should-retry']).toBe('false');
  });

  it('is one for a file, too, whose body nothing reads', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const body =
      '--x\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\n\r\nRIFF\r\n--x--\r\n';
    for (const path of ['/v1/audio/transcriptions', '/v1/files', '/v1/images/edits'])
      expect(await send('POST', path, { headers, body })).toMatchObject({
        status: 400,
        error: { code: 'bad_request' },
      });
  });

  it('is one for the openai SDK, which does not repeat it', async () => {
    const client = new OpenAI({ baseURL: `${service.url}/v1`, apiKey: service.key });
    const refused = client.completions.create({ model: 'test-model', prompt: 'q' });
    await expect(refused).rejects.toThrow(OpenAI.BadRequestError);
    await expect(refused).rejects.toThrow('is_chat_model=True');
    await expect(client.moderations.create({ input: 'q' })).rejects.toThrow(OpenAI.BadRequestError);
    await expect(client.files.list()).rejects.toThrow(OpenAI.BadRequestError);
  });

  it('has an upgrade to a WebSocket for a request like any other', async () => {
    const socket = OpenSocket.send(service.url, service.key, {
      method: 'GET',
      path: '/v1/realtime',
      headers: { connection: 'Upgrade', upgrade: 'websocket' },
    });
    expect(await socket.until('realtime sessions')).toMatch(/^HTTP\/1\.1 400 /);
    await socket.close();
  });
});

describe('A wrong method', () => {
  it.each([
    ['GET', '/v1/chat/completions', 'POST'],
    ['DELETE', '/v1/models/test-model', 'GET, HEAD'],
    ['PUT', '/v1/embeddings', 'POST'],
    ['GET', '/v1/responses', 'POST'],
  ])('is a 405 in the same form: %s %s', async (method, path, allowed) => {
    const { status, headers, error } = await send(method, path);
    expect([status, headers.allow]).toEqual([405, allowed]);
    expect(error).toMatchObject({ type: 'invalid_request_error', code: 'method_not_allowed' });
  });
});

describe('A base URL', () => {
  it.each([
    '/v1//chat/completions',
    '//v1/chat/completions',
    '/v1/chat/completions/',
    '/V1//Chat/Completions',
    '/v1///chat/completions?a=b',
  ])('with a slash too many is taken, by JSON and stream, and wants the key: %s', async (path) => {
    model.next(answer('an answer'), answer('a stream'));
    expect(await send('POST', path)).toMatchObject({ status: 200 });
    const stream = await connection.send({
      method: 'POST',
      path,
      headers: { authorization: `Bearer ${service.key}`, ...JSON_TYPE },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'q' }], stream: true }),
    });
    expect(stream.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(stream.text).toMatch(/data: \[DONE\]\n\n$/);
    expect(await send('POST', path, { key: 'wrong' })).toMatchObject({
      status: 401,
      error: { code: 'invalid_api_key' },
    });
  });

  it('with a slash too many lists the models', async () => {
    expect(JSON.parse((await send('GET', '/v1//models')).text)).toMatchObject({ object: 'list' });
    expect(await send('GET', '/v1//models', { key: 'wrong' })).toMatchObject({ status: 401 });
  });

  it.each([
    ['POST', '/chat/completions'],
    ['GET', '/models'],
    ['GET', '/models/test-model'],
    ['POST', '/responses'],
    ['POST', '/embeddings'],
    ['POST', '/v1/v1/chat/completions'],
    ['GET', '/v1/v1/models'],
    ['POST', '/api/v1/chat/completions'],
    ['POST', '/api/chat/completions'],
    ['POST', '/openai/deployments/test-model/chat/completions?api-version=1'],
    ['POST', '/v1/chat/completions/chat/completions'],
  ])('that is wrong is a 404 with the right one, with and without a key: %s %s', async (method, path) => {
    for (const key of [service.key, 'wrong']) {
      const { status, error, headers } = await send(method, path, { key });
      expect([status, headers['location']]).toEqual([404, undefined]);
      expect(error).toMatchObject({ type: 'invalid_request_error', code: 'not_found' });
      expect(error!.message).toContain(`${service.url}/v1.`);
    }
  });

  it('reaches the openai SDK', async () => {
    const client = new OpenAI({ baseURL: service.url, apiKey: service.key });
    const asked = client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'q' }] });
    await expect(asked).rejects.toThrow(OpenAI.NotFoundError);
    await expect(asked).rejects.toThrow(`${service.url}/v1`);
  });

  it('names no host that is none, and repeats no path', async () => {
    const headers = { ...JSON_TYPE, host: 'a"><script>' };
    const { error, text } = await send('POST', '/v1/v1/models/<script>', { headers });
    expect(error?.message ?? '').not.toContain('script');
    expect(text).not.toContain('script');
  });

  it('itself says what it is', async () => {
    for (const path of ['/v1', '/v1/'])
      expect((await send('GET', path)).error!.message).toMatch(/^This is the base URL/);
  });
});

describe('A path with tricks', () => {
  it.each([
    '/v1/%2e%2e/v1/models',
    '/v1/..//models',
    '/v1%2fmodels',
    '/v1/%2fmodels',
    '/v1//%2e/models',
    '//v1/..%2fmodels',
    '/v1/models%00',
    '//evil.example/v1/models',
    '/%76%31/models',
    '/v1;a=b/models',
  ])('opens nothing without a key, and leads nowhere: %s', async (path) => {
    const { status, headers } = await send('GET', path, { key: 'wrong' });
    expect([400, 401, 404]).toContain(status);
    expect(headers['location']).toBeUndefined();
  });

  it('leaves the Conversation API where it is', async () => {
    model.next(answer('an answer'));
    const body = JSON.stringify({ query: 'q' });
    expect(JSON.parse((await send('POST', '/chat', { body })).text)).toMatchObject({ text: 'an answer' });
    const { status, headers } = await send('POST', '//chat', { body });
    expect([status, headers['content-type']]).toEqual([404, 'application/problem+json']);
  });
});

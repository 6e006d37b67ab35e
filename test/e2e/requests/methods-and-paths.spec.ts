import { connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { newId } from '../../../src/common/uuid.js';
import { KeptConnection } from '../../support/callers/kept-connection.js';
import { answer, hold } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { describeProblemFault, readProblem } from '../../support/requests/problem.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { type Frame, readFrames, readSse } from '../../support/service/sse.js';
import { UID } from '../../support/service/ways-to-ask.js';

let model: ModelServer;
let service: TestService;

beforeAll(async () => {
  ({ model, service } = await startServiceWithModel());
});

afterAll(() => stopServiceWithModel({ model, service }));

describe('What is no route', () => {
  it.each([
    ['POST', '/'],
    ['DELETE', '/favicon.ico'],
    ['GET', '/nowhere'],
    ['POST', '/api/chat/x/y/z'],
    ['GET', '/api/prompts/a/b'],
    ['GET', '/api/prompts/a/labels'],
    ['GET', '/api/exports/nothing'],
    ['POST', '/nowhere?query=x'],
    ['PROPFIND', '/nowhere'],
  ])('is a 404 in the form of every error: %s %s', async (method, path) => {
    for (const key of [undefined, null]) {
      const problem = await readProblem(await service.request(method, path, { key }));
      expect(problem).toMatchObject({ status: 404, code: 'not_found', instance: path.split('?')[0] });
    }
  });

  it.each([
    ['GET', '/chat', 'POST'],
    ['GET', '/chat/stream', 'POST'],
    ['GET', '/api/chat', 'POST'],
    ['DELETE', '/api/chat', 'POST'],
    ['PUT', '/API/Chat/?x=1', 'POST'],
    ['POST', '/api/chat/x', 'GET, HEAD'],
    ['POST', '/api/chat/x/stream', 'GET, HEAD'],
    ['GET', '/api/chat/x/stop', 'POST'],
    ['PATCH', '/api/prompts/x', 'GET, HEAD, PUT, DELETE'],
    ['POST', '/api/prompts/x/versions', 'GET, HEAD'],
    ['GET', '/api/prompts/x/labels/y', 'PUT, DELETE'],
    ['GET', '/api/prompts/x/render', 'POST'],
    ['PROPFIND', '/api/documents', 'POST, GET, HEAD'],
    ['PATCH', '/api/feedback', 'POST, GET, HEAD'],
    ['GET', '/api/feedback/x', 'DELETE'],
    ['POST', '/api/exports/sft', 'GET, HEAD'],
    ['DELETE', '/health/live', 'GET, HEAD'],
    ['DELETE', '/openapi.json', 'GET, HEAD'],
  ])('is a 405 where the path is one, and says what it takes: %s %s', async (method, path, allowed) => {
    for (const key of [undefined, null]) {
      const response = await service.request(method, path, { key });
      expect(response.headers.get('allow')!.split(', ').sort()).toEqual(allowed.split(', ').sort());
      expect(await readProblem(response)).toMatchObject({
        status: 405,
        code: 'method_not_allowed',
        instance: path.split('?')[0],
        retryable: false,
      });
    }
  });

  it('nor is what is no HTTP, or has a head without end', async () => {
    const { hostname, port } = new URL(service.url);
    for (const sent of [
      'nonsense\r\n\r\n',
      `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
    ]) {
      const socket = connect(Number(port), hostname);
      socket.write(sent);
      const [head = '', text = ''] = (await readText(socket)).split('\r\n\r\n');
      expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
      const [, contentType] = /^content-type: (.*)$/im.exec(head) ?? [];
      expect(describeProblemFault({ status: 400, contentType, text })).toBeNull();
    }
  });
});

describe('HEAD and OPTIONS', () => {
  it('of what can be got say the same without a body', async () => {
    const connection = new KeptConnection(service.url);
    const headers = { authorization: `Bearer ${service.key}` };
    for (const path of [
      '/api/ping',
      '/health/ready',
      '/api/models',
      '/api/prompts',
      '/api/prompts/default/versions',
      '/api/documents',
      '/api/conversations',
      '/api/feedback',
      '/api/exports/sft',
      '/nowhere',
    ]) {
      const got = await connection.send({ method: 'GET', path, headers });
      const head = await connection.send({ method: 'HEAD', path, headers });
      expect([path, head.status, head.text]).toEqual([path, got.status, '']);
      expect(head.headers['content-type']).toBe(got.headers['content-type']);
    }
    connection.close();
  });

  it('want a key as GET does', async () => {
    for (const path of ['/api/models', `/api/chat/${newId()}`, `/api/chat/${newId()}/stream`]) {
      expect((await service.request('HEAD', path, { key: null })).status).toBe(401);
    }
  });

  it('ask for no answer of a model', async () => {
    const asked = model.requests.length;
    for (const path of ['/chat', '/chat/stream', '/api/chat']) {
      expect((await service.request('HEAD', path)).status).toBe(405);
      expect((await service.request('OPTIONS', path)).status).toBeLessThan(500);
    }
    expect(model.requests.length).toBe(asked);
  });

  it('of a stream end at once, running or not, and say what its GET says', async () => {
    const held = hold(['half ']);
    model.next(held);
    const stream = readSse(await service.post('/chat/stream', { query: 'q' }));
    const { message_id: id } = JSON.parse((await stream.next())!.data) as Frame;
    for (const isRunning of [true, false]) {
      if (!isRunning) {
        held.release();
        await stream.rest();
      }
      const path = `/api/chat/${id}/stream`;
      const head = await service.request('HEAD', path);
      expect([head.status, await head.text()]).toEqual([200, '']);
      const got = await service.request('GET', path);
      await got.body!.cancel();
      for (const name of ['content-type', 'cache-control', 'x-accel-buffering', 'content-security-policy'])
        expect([name, head.headers.get(name)]).toEqual([name, got.headers.get(name)]);
    }
  });

  it('of a stream count as no reader', async () => {
    const { service, model } = await startServiceWithModel({ DISCONNECT_GRACE_MS: '300' });
    const index = model.requests.length;
    model.next(hold(['half ']));
    const leaving = new AbortController();
    const stream = readSse(await service.post('/chat/stream', { query: 'q' }, { signal: leaving.signal }));
    const { message_id: id } = JSON.parse((await stream.next())!.data) as Frame;
    leaving.abort();
    // Readers, had they been ones: as long as they come, the grace would not be over.
    const heads = (async () => {
      while (service.runningTurns().length > 0) await service.request('HEAD', `/api/chat/${id}/stream`);
    })();
    expect((await model.requestClosed(index)).isAborted).toBe(true);
    await heads;
    await stopServiceWithModel({ service, model });
  });

  it('of a stream without a turn are refused as GET is', async () => {
    for (const path of [`/api/chat/${newId()}/stream`, '/api/chat/x/stream'])
      expect((await service.request('HEAD', path)).status).toBe(404);
  });
});

describe('What a URL parser makes of dots', () => {
  it('deletes nothing above them', async () => {
    await service.request('PUT', '/api/prompts/dots', { body: { template: 't' } });
    for (const dots of ['..', '%2e%2e', '.']) {
      const response = await service.request('DELETE', `/api/prompts/dots/labels/${dots}`);
      expect([404, 405]).toContain(response.status);
    }
    expect((await service.request('GET', '/api/prompts/dots')).status).toBe(200);
  });
});

describe('A path in other letters', () => {
  it.each([
    ['/API/chat', { question: 'q', uid: UID }, { chat_id: expect.any(String) as unknown }],
    ['/api/Chat/', { query: 'q', stream: true }, { message_id: expect.any(String) as unknown }],
    ['/CHAT', { query: 'q', stream: true }, { message_id: expect.any(String) as unknown }],
  ])('is the same route: %s', async (path, body, expected) => {
    model.next(answer('an answer'));
    const frames = await readFrames(await service.post(path, body));
    expect(frames[0]).toMatchObject(expected);
  });
});

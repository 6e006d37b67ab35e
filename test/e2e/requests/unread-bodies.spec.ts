import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { answer } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { describeProblemFault } from '../../support/requests/problem.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';

const LIMIT_BYTES = 1_048_576;
const DEEP = gzipSync(`{"a":${'['.repeat(495_000)}${']'.repeat(495_000)}}`);

let model: ModelServer;
let service: TestService;
const sockets: Socket[] = [];

beforeAll(async () => {
  ({ model, service } = await startServiceWithModel());
  model.always(answer('an answer'));
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await stopServiceWithModel({ model, service });
});

interface Head {
  readonly path?: string;
  /** null: none. */
  readonly key?: string | null;
  readonly lines?: readonly string[];
}

/** A connection on which the head of a POST has been sent, and nothing of its body. */
async function sendHead({ path = '/chat', key = null, lines = [] }: Head): Promise<Socket> {
  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname).setEncoding('latin1');
  sockets.push(socket);
  await once(socket, 'connect');
  const authorization = key === null ? [] : [`authorization: Bearer ${key}`];
  const head = [`POST ${path} HTTP/1.1`, 'host: x', 'content-type: application/json', ...authorization];
  socket.write(`${[...head, ...lines].join('\r\n')}\r\n\r\n`);
  return socket;
}

/** The next answer on a connection, read no further than its body. */
async function readAnswer(socket: Socket): Promise<{ head: string; status: number; text: string }> {
  let received = '';
  for (;;) {
    const [head = '', ...rest] = received.split('\r\n\r\n');
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
    const text = rest.join('\r\n\r\n');
    if (rest.length > 0 && text.length >= length) return { head, status: Number(head.split(' ')[1]), text };
    const [data] = (await once(socket, 'data')) as [string];
    received += data;
  }
}

function expectProblem({ head, status, text }: Awaited<ReturnType<typeof readAnswer>>, code: string): void {
  const [, contentType] = /^content-type: (.*)$/im.exec(head) ?? [];
  expect(describeProblemFault({ status, contentType, text })).toBeNull();
  expect(JSON.parse(text)).toMatchObject({ code });
}

describe('A request without a valid key', () => {
  const ANNOUNCED = ['content-length: 1000000'];

  it.each([
    ['/chat', null, ANNOUNCED],
    ['/chat', 'wrong', ANNOUNCED],
    ['/chat/stream', null, ['transfer-encoding: chunked']],
    ['/api/chat', null, [...ANNOUNCED, 'content-encoding: gzip']],
    ['/api/documents', null, ['content-length: 99000000000']],
    ['/api/feedback', null, [...ANNOUNCED, 'content-encoding: unknown']],
  ])('is a 401 by its head alone: %s', async (path, key, lines) => {
    expectProblem(await readAnswer(await sendHead({ path, key, lines })), 'unauthorized');
  });

  it('is a 404 by its head alone where there is no route, and a 405 on a public one', async () => {
    const unknown = await sendHead({ path: '/nowhere', lines: ANNOUNCED });
    expectProblem(await readAnswer(unknown), 'not_found');
    const known = await sendHead({ path: '/api/ping', lines: ANNOUNCED });
    expectProblem(await readAnswer(known), 'method_not_allowed');
  });

  it('has nothing of its body inflated or parsed', async () => {
    const lines = [`content-length: ${DEEP.length}`, 'content-encoding: gzip'];
    const socket = await sendHead({ lines });
    socket.write(DEEP);
    expectProblem(await readAnswer(socket), 'unauthorized');
  });

  it('sees its answer though it sends a complete body first, and may go on with the connection', async () => {
    const body = Buffer.alloc(LIMIT_BYTES, ' ');
    const lines = [`content-length: ${body.length}`];
    const socket = await sendHead({ lines });
    socket.write(body);
    expectProblem(await readAnswer(socket), 'unauthorized');
    socket.write('GET /api/ping HTTP/1.1\r\nhost: x\r\n\r\n');
    expect((await readAnswer(socket)).text).toBe('{"message":"pong"}');
  });

  it('cannot send a body without end', async () => {
    const socket = await sendHead({ lines: ['transfer-encoding: chunked'] });
    const ended = new Promise((resolve) => socket.on('error', resolve).on('close', resolve));
    expectProblem(await readAnswer(socket), 'unauthorized');
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const send = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', send);
    send();
    await ended;
  });

  it('gets no 100 Continue', async () => {
    const socket = await sendHead({ lines: [...ANNOUNCED, 'expect: 100-continue'] });
    const refused = await readAnswer(socket);
    expectProblem(refused, 'unauthorized');
    expect(refused.head).toMatch(/^connection: close$/im);
  });

  it('takes nothing from others, in 866 connections that announce a body and send a byte of it', async () => {
    const held = await Promise.all(
      Array.from({ length: 866 }, () => sendHead({ lines: [`content-length: ${LIMIT_BYTES}`] })),
    );
    for (const socket of held) socket.write('{');
    const answers = await Promise.all(held.map(readAnswer));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
    expect((await service.post('/chat', { query: 'q' })).status).toBe(200);
    for (const socket of held) socket.destroy();
  });
});

describe('A request with a valid key', () => {
  const body = JSON.stringify({ query: 'q' });

  it('gets 100 Continue, and keeps its connection', async () => {
    const lines = [`content-length: ${body.length}`, 'expect: 100-continue'];
    const socket = await sendHead({ key: service.key, lines });
    expect((await readAnswer(socket)).status).toBe(100);
    socket.write(body);
    const answered = await readAnswer(socket);
    expect(answered.status).toBe(200);
    expect(answered.head).not.toMatch(/^connection: close$/im);
  });

  it('is refused by its head alone where its body cannot be taken', async () => {
    const { key } = service;
    const refusals = [
      [[`content-length: ${LIMIT_BYTES + 1}`, 'expect: 100-continue'], 'payload_too_large'],
      [['content-length: 10', 'content-encoding: zstd'], 'unsupported_media_type'],
    ] as const;
    for (const [lines, code] of refusals)
      expectProblem(await readAnswer(await sendHead({ key, lines })), code);
  });

  it('may be compressed', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
    const authorization = `Bearer ${service.key}`;
    const response = await fetch(`${service.url}/chat`, {
      method: 'POST',
      headers: { ...headers, authorization },
      body: gzipSync(body),
    });
    expect(response.status).toBe(200);
  });

  it('may have 90,000 members that are not known', async () => {
    const members = Object.fromEntries(Array.from({ length: 90_000 }, (_, count) => [`k${count}`, 0]));
    const response = await service.post('/chat', { query: 'a', stream: false, ...members });
    expect(response.status).toBe(200);
    await response.json();
  });

  it.each([
    ['350,000 lists', `{"query":"q","a":[${'[],'.repeat(340_000)}0]}`],
    ['25,000 objects', `{"query":"q","a":[${'{},'.repeat(25_000)}0]}`],
  ])('may not have %s, whose parsing would block others', async (_, text) => {
    const response = await service.request('POST', '/chat', { body: text });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'payload_too_large' });
  });
});

describe('A body of many objects', () => {
  const objects = (count: number) => Array.from({ length: count }, (_, index) => ({ [`name${index}`]: 1 }));

  it('is a 413 beyond 20,000', async () => {
    const response = await service.post('/chat', { query: 'q', unknown: objects(20_000) });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      detail: 'The body has more than 20000 objects, 100000 values, or 300000 numbers in lists.',
    });
    expect((await service.post('/chat', { query: 'q', unknown: objects(19_999) })).status).toBe(200);
  });

  it('may be a chat of 2,000 messages with calls of tools, and 200 tools', async () => {
    const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"city":"Rome"}' } };
    const round = [
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
    ];
    const messages = [{ role: 'user', content: 'q' }, ...Array.from({ length: 1_000 }, () => round).flat()];
    const properties = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `p${index}`,
        { type: 'string', description: 'd', enum: ['a', 'b'] },
      ]),
    );
    const functions = Array.from({ length: 200 }, (_, index) => ({
      name: `f${index}`,
      parameters: { type: 'object', properties, required: Object.keys(properties) },
    }));
    const tools = functions.map((described) => ({ type: 'function', function: described }));
    expect((await service.post('/v1/chat/completions', { messages, tools })).status).toBe(200);
    const items = messages.map((message) => ({
      type: 'message',
      role: 'user',
      content: String(message.content),
    }));
    const flat = functions.map((described) => ({ type: 'function', ...described }));
    expect((await service.post('/v1/responses', { input: items, tools: flat })).status).toBe(200);
  });

  it.each([
    [300_001, 200],
    [300_002, 413],
  ])('may be %i token ids for an unknown member: %i', async (count, status) => {
    const unknown = Array.from({ length: count }, () => 7);
    expect((await service.post('/chat', { query: 'q', unknown })).status).toBe(status);
  });

  it('may be a history of 1,000 messages in parts', async () => {
    const content = Array.from({ length: 3 }, () => ({ type: 'text', text: 'x' }));
    const messages = Array.from({ length: 1_000 }, () => ({ role: 'user', content }));
    expect((await service.post('/v1/chat/completions', { messages })).status).toBe(200);
  });
});

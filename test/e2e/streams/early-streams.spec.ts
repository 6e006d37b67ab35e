import OpenAI from 'openai';
import { OpenSocket } from '../../support/callers/open-socket.js';
import { BULKY } from '../../support/callers/unread-answer.js';
import { answer, answerOf, hold } from '../../support/model/model-server.answers.js';
import { endAfter, status } from '../../support/model/model-server.faults.js';
import { gate, script } from '../../support/model/model-server.exchange.js';
import {
  delta,
  done,
  end,
  event,
  finish,
  hangUp,
  head,
  role,
  think,
} from '../../support/model/model-server.steps.js';
import { chunk } from '../../support/model/model-server.frames.js';
import { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';

const PATH = '/v1/chat/completions';
/** The chunk that ends an HTTP body, which a connection that is cut does not have. */
const LAST_CHUNK = '\r\n0\r\n\r\n';

let model: ModelServer;
let service: TestService;
let count = 0;

const bodyOf = (more: object = {}) => ({
  messages: [{ role: 'user', content: `question ${++count}` }],
  stream: true,
  ...more,
});
const ask = (more: object = {}, rest: { headers?: Record<string, string>; version?: '1.0' } = {}) =>
  OpenSocket.send(service.url, service.key, { path: PATH, body: bodyOf(more), ...rest });
const client = () => new OpenAI({ baseURL: `${service.url}/v1`, apiKey: service.key, maxRetries: 0 });
const asked = {
  model: 'test-model',
  messages: [{ role: 'user' as const, content: 'q' }],
  stream: true as const,
};

/** The `data:` of a response, in order, without the framing of HTTP. */
const dataOf = (received: string) => Array.from(received.matchAll(/^data: (.*)$/gm), ([, data]) => data!);

describe('A stream of /v1 whose model is silent', () => {
  beforeAll(async () => {
    const times = { STATUS_WAIT_MS: '50', HEARTBEAT_INTERVAL_MS: '50', LLM_MAX_RETRIES: '1' };
    ({ model, service } = await startServiceWithModel({ ...times, LLM_RECOVERY_WAIT_MS: '60000' }));
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  it('begins all the same, with its first chunk, and is kept alive by comments until the first token', async () => {
    const { wait, open } = gate();
    model.next(script(wait, answer('late')));
    const caller = ask();
    const head = await caller.until('"role":"assistant"');
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(head).toMatch(/content-type: text\/event-stream; charset=utf-8\r\n/i);
    await caller.until(': keep-alive\n\n');
    open();
    const received = await caller.until(LAST_CHUNK);
    expect(dataOf(received).map((data) => data.includes('"content":""'))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(dataOf(received).at(-1)).toBe('[DONE]');
    await caller.close();
  });

  it('is kept alive between tokens, too, by comments alone', async () => {
    const held = hold(['begun ']);
    model.next(held);
    const caller = ask();
    const [, behind = ''] = (await caller.until('begun ')).split('begun ');
    expect(behind).not.toContain('keep-alive');
    await caller.until('begun ');
    while ((caller.received.match(/: keep-alive\n\n/g) ?? []).length < 3) await caller.next();
    held.release();
    const received = await caller.until(LAST_CHUNK);
    expect(dataOf(received).filter((data) => data.includes('"content"'))).toHaveLength(2);
    await caller.close();
  });

  it.each([
    ['reasoning', think('Hm'), '"reasoning_content":"Hm"'],
    ['text', delta('Hi'), '"content":"Hi"'],
  ])('gives %s at once', async (_, step, expected) => {
    const { wait, open } = gate();
    model.next(answerOf(step, wait, delta(' there')));
    const caller = ask();
    await caller.until(expected);
    open();
    await caller.until('[DONE]');
    await caller.close();
  });

  it('is read by the openai SDK as if nothing were', async () => {
    const { wait, open } = gate();
    model.next(script(wait, answer(['late ', 'text'])));
    const stream = await client().chat.completions.create(asked);
    setTimeout(open, 200);
    const texts: string[] = [];
    for await (const { choices } of stream) texts.push(choices[0]?.delta.content ?? '');
    expect(texts.join('')).toBe('late text');
  });

  it('fails in the stream when it fails late', async () => {
    const { wait, open } = gate();
    model.next(script(wait, status(400, { error: { message: 'no' } })));
    const caller = ask();
    await caller.until('"role":"assistant"');
    open();
    expect(await caller.over).toBe('ended');
    expect(JSON.parse(dataOf(caller.received).at(-1)!)).toMatchObject({ error: { code: 'model_refused' } });
    expect(caller.received).not.toContain(LAST_CHUNK);
    expect(caller.received).not.toContain('[DONE]');
  });

  it('begins while the service waits for a server that restarts', async () => {
    const away = await startServiceWithModel({
      LLM_BASE_URL: await ModelServer.unreachableUrl(),
      LLM_RECOVERY_WAIT_MS: '60000',
      STATUS_WAIT_MS: '50',
      HEARTBEAT_INTERVAL_MS: '50',
    });
    const caller = OpenSocket.send(away.service.url, away.service.key, { path: PATH, body: bodyOf() });
    await caller.until(': keep-alive\n\n');
    await caller.close();
    await stopServiceWithModel(away);
  });
});

describe('A stream of /v1', () => {
  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' }));
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  it.each([
    [503, 503],
    [500, 502],
    [401, 502],
  ])('has the status of a failure that comes soon: %i as %i', async (said, expected) => {
    model.next(status(said, {}));
    const caller = ask();
    expect(await caller.until('"error"')).toMatch(new RegExp(`^HTTP/1.1 ${expected} `));
    await caller.close();
  });

  it('has one when an answer without a token ends', async () => {
    model.next(answer(''));
    const caller = ask();
    expect(await caller.until('"empty_answer"')).toMatch(/^HTTP\/1\.1 502 /);
    await caller.close();
  });
});

describe('A stream of /v1 that fails after it has begun', () => {
  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' }));
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  it.each([
    ['breaks off', endAfter(['begun '])],
    ['is cut', script(head(), role(), delta('begun '), hangUp())],
    ['says an error', script(head(), delta('begun '), event({ error: { message: 'no', code: 500 } }), end())],
    ['is filtered', script(head(), delta('begun '), event(chunk({}, 'error')), done(), end())],
  ])('is cut behind its error frame, when the answer %s', async (_, behaviour) => {
    model.next(behaviour);
    const caller = ask({}, { headers: { connection: 'keep-alive' } });
    expect(await caller.over).toBe('ended');
    const data = dataOf(caller.received);
    expect(data.join()).toContain('begun ');
    expect(JSON.parse(data.at(-1)!)).toMatchObject({ error: { type: 'server_error', param: null } });
    expect(caller.received.endsWith('}\n\n\r\n')).toBe(true);
  });

  it('gives a slow reader all of it, and the error frame, before the cut', async () => {
    const held = hold([BULKY.repeat(80)], hangUp());
    model.next(held);
    const caller = ask();
    await caller.until('"role":"assistant"');
    caller.pause();
    const index = model.requests.length - 1;
    held.release();
    await model.requestClosed(index);
    while (service.runningTurns().length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    caller.resume();
    await caller.over;
    expect(caller.received.match(/\\u0001/g)).toHaveLength(80_000);
    expect(JSON.parse(dataOf(caller.received).at(-1)!)).toHaveProperty('error');
  });

  it('is reset behind its error frame over HTTP/1.0, where an answer ends with its connection', async () => {
    model.next(endAfter(['begun ']));
    const caller = ask({}, { version: '1.0' });
    expect(await caller.over).toBe('reset');
    expect(JSON.parse(dataOf(caller.received).at(-1)!)).toHaveProperty('error');
  });

  it('takes no other answer of the same client with it, and no later one', async () => {
    const held = hold(['other ']);
    model.next(held, endAfter(['begun ']), answer('after'));
    const other = ask();
    await other.until('other ');
    await ask().over;
    held.release();
    await other.until('[DONE]');
    await other.close();
    const after = await service.post(PATH, { ...bodyOf(), stream: false });
    expect(await after.json()).toMatchObject({ choices: [{ message: { content: 'after' } }] });
  });

  it('gives a reader by fetch, which loses what it has not taken at a cut, the time to take the frame', async () => {
    const held = hold(['begun '], hangUp());
    model.next(held);
    const response = await fetch(`${service.url}${PATH}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${service.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(bodyOf()),
    });
    held.release();
    while (service.runningTurns().length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const read = await reader.read().catch(() => null);
      if (read === null) break;
      expect(read.done).toBe(false);
      text += read.value;
    }
    expect(JSON.parse(dataOf(text).at(-1)!)).toHaveProperty('error');
  });

  it('makes fetch fail, and the openai SDK throw the error of the frame', async () => {
    model.next(endAfter(['begun ']), endAfter(['begun ']));
    const response = await service.post(PATH, bodyOf());
    await expect(response.text()).rejects.toThrow('terminated');
    const stream = await client().chat.completions.create(asked);
    const reading = async () => {
      for await (const _ of stream);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'model_failed' });
  });

  it('ends as it always does when it is stopped, and not at all when it is complete', async () => {
    model.next(hold(['half ']), answerOf(delta('whole'), finish()));
    const stopped = ask();
    const [, id] = /"id":"([^"]+)"/.exec(await stopped.until('half '))!;
    expect((await service.post(`/api/chat/${id}/stop`, undefined)).status).toBe(200);
    expect(dataOf(await stopped.until(LAST_CHUNK)).at(-1)).toBe('[DONE]');
    await stopped.close();
    const complete = ask();
    expect(dataOf(await complete.until(LAST_CHUNK)).at(-1)).toBe('[DONE]');
    await complete.close();
  });
});

import { connect, type ClientHttp2Session, constants } from 'node:http2';
import { answer, hold } from '../support/model/model-server.answers.js';
import { gate, script } from '../support/model/model-server.exchange.js';
import { delta, done, end, finish, hangUp, head, role } from '../support/model/model-server.steps.js';
import type { ModelServer } from '../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../support/service/service-with-model.js';
import type { TestService } from '../support/service/service.js';
import { readReceipt, UID } from '../support/service/ways-to-ask.js';
import { PROXIES } from './programs.js';
import { Proxy } from './proxy.js';

const { NGHTTP2_CANCEL } = constants;

let model: ModelServer;
let service: TestService;

beforeAll(async () => {
  ({ model, service } = await startServiceWithModel({
    LLM_MAX_RETRIES: '0',
    STATUS_WAIT_MS: '50',
    HEARTBEAT_INTERVAL_MS: '100',
  }));
});
afterAll(() => stopServiceWithModel({ model, service }));

/** A stream as it is read through a proxy. */
interface Sent {
  readonly status: Promise<number>;
  /** Resolves with all that has come, as soon as `text` is in it; rejects when the stream ends before. */
  until(text: string): Promise<string>;
  /** All of it; rejects when the stream is cut. */
  readonly whole: Promise<string>;
  /** Closes it, as a caller that wants no more. */
  close(): void;
}

const COMPLETION = { messages: [{ role: 'user', content: 'q' }], stream: true };

function follow(chunks: AsyncIterable<Buffer>, status: Promise<number>, close: () => void): Sent {
  let received = '';
  let isOver = false;
  const waiting = new Set<() => void>();
  const wake = () => waiting.forEach((look) => look());
  const read = async () => {
    for await (const chunk of chunks) {
      received += chunk.toString();
      wake();
    }
    return received;
  };
  const whole = read().finally(() => {
    isOver = true;
    wake();
  });
  // A test that waits for a cut by `until` may ask for it later.
  whole.catch(() => undefined);
  const until = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        if (received.includes(text)) resolve(received);
        else if (isOver) reject(new Error(`Without ${text}: ${received}`));
      };
      waiting.add(look);
      look();
    });
  return { status, until, whole, close };
}

describe.each(Object.entries(PROXIES))('Behind %s', (_, { program, http }) => {
  let proxy: Proxy;
  let session: ClientHttp2Session | undefined;

  beforeAll(async () => {
    proxy = await Proxy.start(program, service.url);
    if (http === 2) session = connect(proxy.url);
  });
  afterAll(async () => {
    session?.destroy();
    await proxy?.stop();
  });

  /** A body of no bytes has no length: over HTTP/2, a proxy makes an empty chunked one of it. */
  function post(path: string, body?: object): Sent {
    const headers = {
      authorization: `Bearer ${service.key}`,
      ...(body && { 'content-type': 'application/json' }),
    };
    const json = body && JSON.stringify(body);
    if (session) {
      const stream = session.request({ ':method': 'POST', ':path': path, ...headers });
      stream.end(json ?? '');
      const status = new Promise<number>((resolve) =>
        stream.once('response', (answered) => resolve(Number(answered[':status']))),
      );
      return follow(stream, status, () => stream.close(NGHTTP2_CANCEL));
    }
    const closing = new AbortController();
    const response = fetch(proxy.url + path, { method: 'POST', headers, body: json, signal: closing.signal });
    async function* chunks() {
      for await (const chunk of (await response).body!) yield Buffer.from(chunk);
    }
    return follow(
      chunks(),
      response.then(({ status }) => status),
      () => closing.abort(),
    );
  }

  it.each([
    ['/chat/stream', { query: 'q' }],
    ['/api/chat', { question: 'q', uid: UID }],
  ])('frames come while the answer is made: %s', async (path, body) => {
    const afterFirst = gate();
    model.next(
      script(head(), role(), delta('first. '), afterFirst.wait, delta('second.'), finish(), done(), end()),
    );
    const stream = post(path, body);
    await stream.until('first. ');
    afterFirst.open();
    await stream.until('second.');
    expect(await stream.whole).toContain('"finish_reason":"stop"');
    expect(await stream.status).toBe(200);
  });

  it('a stream of /v1 begins, and is kept alive, while the model is silent', async () => {
    const { wait, open } = gate();
    model.next(script(wait, answer('late')));
    const stream = post('/v1/chat/completions', COMPLETION);
    await stream.until('"role":"assistant"');
    await stream.until(': keep-alive\n\n');
    open();
    expect(await stream.whole).toMatch(/data: \[DONE\]\n\n$/);
  });

  it('a stream of /v1 that fails is cut behind its error frame', async () => {
    const held = hold(['begun '], hangUp());
    model.next(held);
    const stream = post('/v1/chat/completions', COMPLETION);
    await stream.until('begun ');
    held.release();
    await expect(stream.until('never')).rejects.toThrow(/data: \{"error":\{.*\}\}\n\n$/);
    // Node's client of HTTP/2 shows no difference between an end and a cut.
    if (http === 1) await expect(stream.whole).rejects.toThrow();
  });

  it('a caller of /v1 that closes its stream ends its turn', async () => {
    const index = model.requests.length;
    model.next(hold(['half ']));
    const stream = post('/v1/chat/completions', COMPLETION);
    await stream.until('half ');
    stream.close();
    expect((await model.requestClosed(index)).isAborted).toBe(true);
    await stream.whole.catch(() => null);
  });

  it('a caller of /v1 that closes before any byte of a JSON answer ends its turn', async () => {
    const index = model.requests.length;
    model.next(hold(['half ']));
    const asked = post('/v1/chat/completions', { ...COMPLETION, stream: false });
    asked.whole.catch(() => null);
    asked.status.catch(() => null);
    await model.requestArrived(index);
    asked.close();
    expect((await model.requestClosed(index)).isAborted).toBe(true);
  });

  it('a turn is stopped by a POST without a body', async () => {
    model.next(hold(['half an ']));
    const stream = post('/chat/stream', { query: 'q' });
    const [, id] = /"message_id":"([^"]+)"/.exec(await stream.until('half an '))!;
    const stopped = post(`/api/chat/${id}/stop`);
    expect(await stopped.status).toBe(200);
    expect(await stopped.whole).toContain('"cancelled"');
    expect(await stream.whole).toContain('"finish_reason":"cancelled"');
    expect(await readReceipt(service, id!)).toMatchObject({ status: 'cancelled', text: 'half an ' });
  });
});

describe('Behind nginx, which takes the prefix /ai/ off', () => {
  let proxy: Proxy;

  beforeAll(async () => {
    proxy = await Proxy.start(PROXIES.nginx.program, service.url);
  });
  afterAll(() => proxy?.stop());

  /** What a page names, from where it is. */
  async function linksOf(path: string): Promise<string[]> {
    const page = await fetch(`${proxy.url}${path}`);
    expect(page.status).toBe(200);
    const names = (await page.text()).matchAll(/\b(?:href|src)="([^"]+)"/g);
    return Array.from(names, ([, name = '']) => new URL(name, page.url).href);
  }

  it.each(['/ai/', '/ai/docs', '/ai/playground'])('%s names what is there', async (path) => {
    const links = await linksOf(path);
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) {
      expect(link).toContain(`${proxy.url}/ai/`);
      expect([link, (await fetch(link)).status]).toEqual([link, 200]);
    }
  });

  it('Swagger UI asks the folder that its page is in', async () => {
    const script = await (await fetch(`${proxy.url}/ai/docs/swagger-ui-init.js`)).text();
    expect(/"servers":\s*\[\s*\{\s*"url":\s*"\.\/"/.test(script)).toBe(true);
    const slash = await fetch(`${proxy.url}/ai/docs/`);
    expect([slash.status, slash.url]).toEqual([200, `${proxy.url}/ai/docs`]);
  });

  it('answers a question', async () => {
    model.next(answer('an answer'));
    const response = await fetch(`${proxy.url}/ai/chat`, {
      method: 'POST',
      headers: { authorization: `Bearer ${service.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'q' }),
    });
    expect(await response.json()).toMatchObject({ text: 'an answer' });
  });
});

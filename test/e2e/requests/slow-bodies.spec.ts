import { connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { CHILD_KEY, type ChildService } from '../../support/programs/child-service.js';
import { ChildWithModel } from '../../support/programs/child-with-model.js';
import { answer, hold } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { describeProblemFault } from '../../support/requests/problem.js';
import { scaledServer } from '../../support/programs/scaled-server.js';
import { foldFrames, readFrames } from '../../support/service/sse.js';

/** 10 B/s. */
const BYTE_EVERY_MS = 100;

const BODY = JSON.stringify({ query: 'q'.repeat(2_000) });

const head = (...headers: readonly string[]) =>
  [
    'POST /chat HTTP/1.1',
    'host: service',
    `authorization: Bearer ${CHILD_KEY}`,
    'content-type: application/json',
    ...headers,
    '\r\n',
  ].join('\r\n');

/** `given` at once, then `slow` a byte at a time for as long as the other side takes it. All that comes back. */
async function sendSlowly(url: string, given: string, slow: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(given);
  let at = 0;
  const timer = setInterval(() => socket.write(slow[at++ % slow.length]!), BYTE_EVERY_MS);
  try {
    return await readText(socket);
  } finally {
    clearInterval(timer);
    socket.destroy();
  }
}

/** F50. Real: the service as it is shipped, and its database; but the five minutes of a request are one second. */
describe('A request that comes at 10 bytes a second', () => {
  let model: ModelServer;
  let stage: ChildWithModel;
  let child: ChildService;

  beforeAll(async () => {
    stage = await ChildWithModel.prepare();
    model = stage.model;
    child = await stage.start(
      scaledServer({ requestTimeout: 1_000, headersTimeout: 1_000, connectionsCheckingInterval: 50 }),
    );
  });
  afterAll(() => stage.stop());

  it.each([
    ['a body of a known length', head(`content-length: ${BODY.length}`), BODY],
    ['a body in chunks', head('transfer-encoding: chunked'), `1\r\n{\r\n`],
    ['a head', 'POST /chat HTTP/1.1\r\n', 'x'],
  ])('%s: it ends as 408, and others do not notice', async (_, given, slow) => {
    const held = hold(['said before ']);
    model.next(held, answer('meanwhile'));
    const stream = await child.post('/chat/stream', { query: 'before' });
    const answered = sendSlowly(child.url, given, slow);
    expect(await (await child.post('/chat', { query: 'meanwhile' })).json()).toMatchObject({
      text: 'meanwhile',
    });
    const [lines = '', text = ''] = (await answered).split('\r\n\r\n');
    expect(lines).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(lines).toMatch(/^connection: close$/im);
    const [, contentType] = /^content-type: (.*)$/im.exec(lines) ?? [];
    expect(describeProblemFault({ status: 408, contentType, text })).toBeNull();
    expect(JSON.parse(text)).toMatchObject({ code: 'request_timeout', retryable: true });
    // That one was answered for longer than a request may take to arrive.
    held.release();
    const frames = await readFrames(stream);
    expect(foldFrames(frames)).toBe('said before ');
    expect(frames.at(-1)).toMatchObject({ finish_reason: 'stop' });
  });

  it('is no answer to a request that is being answered on the same connection', async () => {
    const held = hold(['the only ']);
    const index = model.requests.length;
    model.next(held);
    const body = JSON.stringify({ query: 'q' });
    const first = `${head(`content-length: ${body.length}`)}${body}`;
    const answered = sendSlowly(child.url, `${first}${head(`content-length: ${BODY.length}`)}`, BODY);
    await model.requestArrived(index);
    // Cut off: the second cannot be answered before the first, nor in its place.
    expect(await answered.catch(({ code }: NodeJS.ErrnoException) => code)).toMatch(/^$|^ECONNRESET$/);
    held.release();
    await model.requestClosed(index);
  });
});

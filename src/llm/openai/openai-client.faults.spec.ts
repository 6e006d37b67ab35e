import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { tap } from 'rxjs';
import { answer, hold, jsonAnswer } from '../../../test/support/model/model-server.answers.js';
import { ClientAndServer, outcomeOf, REQUEST } from '../../../test/support/model/model-server.client.js';
import { type Behaviour, script } from '../../../test/support/model/model-server.exchange.js';
import * as faults from '../../../test/support/model/model-server.faults.js';
import { ModelServer } from '../../../test/support/model/model-server.js';
import * as steps from '../../../test/support/model/model-server.steps.js';

describe('OpenAiClient, of a server that fails', () => {
  let client: ClientAndServer;
  beforeEach(async () => (client = await ClientAndServer.start()));
  afterEach(() => client.stop());

  describe('a failure before the answer', () => {
    const cases: [string, Behaviour][] = [
      ['F05 reset before the head', faults.resetBeforeHeaders()],
      ['F06 hang-up before the head', faults.hangUpBeforeHeaders()],
      ['F07 garbage', faults.garbage()],
      ['F08 status 500', faults.status(500, { error: { message: 'boom' } })],
      ['F08 status 502 in HTML', faults.status(502, '<h1>Bad Gateway</h1>')],
      ['F08 status 504', faults.status(504)],
      ['F16 a huge head', faults.hugeHeaders()],
      ['F26 bad gzip', faults.badGzip()],
      [
        'an HTML page',
        ({ response }) => void response.setHeader('content-type', 'text/html').end('<h1>Hi</h1>'),
      ],
      ['JSON without a text and a finish reason', jsonAnswer('', { finishReason: null })],
      ['a body that is empty', script(steps.head(), steps.end())],
    ];

    it.each(cases)('%s may pass', async (_, behaviour) => {
      const { text, failure } = await client.outcomeWith(behaviour);
      expect([text, failure?.code, failure?.isRetriable]).toEqual(['', 'model_failed', true]);
    });

    it('F02 refused connection may pass', async () => {
      const { failure } = await outcomeOf(
        client.ask({ target: { baseUrl: await ModelServer.unreachableUrl() } }),
      );
      expect(failure).toMatchObject({
        code: 'model_failed',
        isRetriable: true,
        message: 'connection: ECONNREFUSED',
      });
    });

    it('F03 unknown host may pass', async () => {
      const { failure } = await outcomeOf(
        client.ask({ target: { baseUrl: 'http://model-server.invalid/v1' } }),
      );
      expect(failure).toMatchObject({ code: 'model_failed', isRetriable: true });
    });

    it.each([429, 503])('F09, F10 status %s passes on when to come again', async (code) => {
      const { failure } = await client.outcomeWith(faults.status(code, {}, { 'retry-after': '3600' }));
      expect(failure).toMatchObject({
        code: 'model_overloaded',
        isRetriable: true,
        retryAfterSeconds: 3_600,
      });
    });

    it.each([400, 405, 415, 422])('F11 status %s is a refusal', async (code) => {
      const { failure } = await client.outcomeWith(
        faults.status(code, { error: { message: 'no such tool' } }),
      );
      expect(failure).toMatchObject({
        code: 'model_refused',
        isRetriable: false,
        message: `status ${code}`,
        quote: 'no such tool',
      });
    });

    it('F11 status 413 is a question that is too long', async () => {
      const { failure } = await client.outcomeWith(faults.status(413));
      expect(failure).toMatchObject({ code: 'context_too_long', isRetriable: false });
    });

    it.each([
      [401, 'the key is refused'],
      [402, 'the account is out of quota'],
      [403, 'the key is refused, or may not use the model'],
      [404, 'the model or the address is not known'],
    ])('F12 status %s is for the operator, and its reason has no key', async (code, reason) => {
      const refusal = faults.status(code, { error: { message: 'Here is your value: sk-secret-123.' } });
      const { failure } = await client.outcomeWith(refusal, { target: { apiKey: 'sk-secret-123' } });
      expect(failure).toMatchObject({
        code: 'model_misconfigured',
        isElsewhereOnly: true,
        message: `${reason}: status ${code}`,
        quote: 'Here is your value: […].',
      });
    });

    it('an error inside an answer is quoted for the log, without the key and the question', async () => {
      const question = REQUEST.messages[0]!.content as string;
      const error = { code: 500, message: `worker died: sk-secret-123 asked ${question}` };
      const { failure } = await client.outcomeWith(faults.errorFrameAfter(['Hi'], error), {
        target: { apiKey: 'sk-secret-123' },
      });
      expect(failure).toMatchObject({
        message: 'an error inside the answer: code 500',
        quote: 'worker died: […] asked […]',
      });
    });

    it('repeats no prompt that the server repeats', async () => {
      const { failure } = await client.outcomeWith(
        faults.status(422, `cannot read '${REQUEST.messages[0]?.content as string}'`),
      );
      expect(failure).toMatchObject({ message: 'status 422', quote: "cannot read '[…]'" });
    });

    it('does not wait for the body of a refusal for long', async () => {
      const impatient = client.with({ idleTimeoutMs: 200 });
      const { failure } = await impatient.outcomeWith(
        script(({ response }) => response.writeHead(429).flushHeaders(), steps.silence()),
      );
      expect(failure).toMatchObject({ code: 'model_overloaded', message: 'status 429' });
      expect((await client.server.requestClosed(0)).isAborted).toBe(true);
    });

    it('F15 a redirect is not followed', async () => {
      const { failure } = await client.outcomeWith(faults.redirect(`${client.server.baseUrl}/internal`));
      expect(failure).toMatchObject({ code: 'model_failed', isRetriable: false });
      expect(client.server.requests).toHaveLength(1);
    });

    it('a key that no header can hold is a failure for good, and not shown', async () => {
      const { failure } = await outcomeOf(client.ask({ target: { apiKey: 'sk\nsecret' } }));
      expect(failure).toMatchObject({ code: 'model_failed', isRetriable: false });
      expect(failure?.message).not.toContain('secret');
    });
  });

  describe('a failure in the answer', () => {
    const said = ['Hello', ' there'];
    const cases: [string, Behaviour][] = [
      ['F21 hang-up in a chunked body', faults.hangUpAfter(said)],
      ['F22 hang-up of a body without length', faults.hangUpWithoutLengthAfter(said)],
      ['F23 clean end without a finish reason', faults.endAfter(said)],
      ['F23 [DONE] without text or a finish reason', answer([], { finishReason: null })],
      ['F25 error frame', faults.errorFrameAfter(said, { type: 'server_error', message: 'boom' })],
      ['F25 error frame of another form', faults.errorFrameAfter(said, 'boom')],
      ['F25 error event', faults.errorEventAfter(said, { message: 'boom' })],
      ['F27 frame that is no JSON', faults.invalidFrameAfter(said)],
      ['F30 frame of 9 MB', faults.hugeFrameAfter(said, 9_000_000)],
      ['the finish reason of a failure', answer(said, { finishReason: 'error' })],
    ];

    it.each(cases)('%s may pass', async (_, behaviour) => {
      const { failure } = await client.outcomeWith(behaviour);
      expect(failure).toMatchObject({ code: 'model_failed', isRetriable: true });
    });

    it('F20 reset may pass', async () => {
      const held = hold(said, steps.reset());
      client.server.next(held);
      // Only what has been read survives a reset.
      const { text, failure } = await outcomeOf(client.ask().pipe(tap(() => held.release())));
      expect(said.join('')).toContain(text);
      expect(failure).toMatchObject({
        code: 'model_failed',
        isRetriable: true,
        message: 'connection: ECONNRESET',
      });
    });

    it.each([
      [{ type: 'invalid_request_error' }, 'model_refused', false],
      [{ code: 'insufficient_quota' }, 'model_misconfigured', true],
      [{ code: 429 }, 'model_overloaded', true],
    ])('F25 error frame %j is %s', async (error, code, isRetriable) => {
      const { text, failure } = await client.outcomeWith(faults.errorFrameAfter(['Hello'], error));
      expect([text, failure?.code, failure?.isRetriable]).toEqual(['Hello', code, isRetriable]);
    });

    it.each([
      [{ code: 'content_filter' }, 'content_filter'],
      [{ code: 500, message: 'Context size has been exceeded.' }, 'length'],
    ])('F25 error frame %j ends the text so far with %s', async (error, finishReason) => {
      const { text, finish, failure } = await client.outcomeWith(faults.errorFrameAfter(['Hello'], error));
      expect([text, finish?.finishReason, failure]).toEqual(['Hello', finishReason, undefined]);
    });

    it('F25 error frame of a filter before any text is a failure', async () => {
      const { failure } = await client.outcomeWith(faults.errorFrameAfter([], { code: 'content_filter' }));
      expect(failure).toMatchObject({ code: 'content_filtered', isRetriable: false });
    });

    it('F31 endless tokens are cut at the longest answer', async () => {
      const { text, finish } = await client.outcomeWith(faults.endless('0123456789'.repeat(1_000)));
      expect([text.length, finish?.finishReason]).toEqual([1_000_000, 'length']);
      expect((await client.server.requestClosed(0)).isAborted).toBe(true);
    });

    it('F31 tokens far beyond max_tokens are cut', async () => {
      const request = { ...REQUEST, maxTokens: 10 };
      const { text, finish } = await client.outcomeWith(faults.endless(), { request });
      expect([text.length, finish?.finishReason]).toEqual([1_344, 'length']);
    });
  });

  describe('a server that is silent', () => {
    it.each([
      ['F13 before the head', faults.silenceBeforeHeaders()],
      ['F14 after the head', faults.silenceAfterHeaders()],
    ])('%s runs into the first-token timeout', async (_, behaviour) => {
      const impatient = client.with({ firstTokenTimeoutMs: 50 });
      const { failure } = await impatient.outcomeWith(behaviour);
      expect(failure).toMatchObject({
        code: 'model_timeout',
        isRetriable: true,
        message: 'timeout: first token',
      });
      expect((await client.server.requestClosed(0)).isAborted).toBe(true);
    });

    it('F24 between tokens runs into the idle timeout', async () => {
      const impatient = client.with({ idleTimeoutMs: 50 });
      const { text, failure } = await impatient.outcomeWith(faults.silenceAfter(['Hello']));
      expect([text, failure?.message]).toEqual(['Hello', 'timeout: idle']);
    });

    it.each([
      ['before the first token', []],
      ['between tokens', ['Hello']],
    ])('%s, is kept alive by comments up to the total timeout', async (_, said) => {
      const impatient = client.with({ firstTokenTimeoutMs: 100, idleTimeoutMs: 100 });
      const { text, failure } = await impatient.outcomeWith(faults.commentsAfter(said), { totalMs: 1_000 });
      expect([text, failure?.message]).toEqual([said.join(''), 'timeout: total']);
    });

    it('F35 runs into the total timeout, whatever the others', async () => {
      const { failure } = await client.outcomeWith(faults.silenceAfter(['Hello']), { totalMs: 50 });
      expect(failure).toMatchObject({ message: 'timeout: total', isRetriable: false, isOutage: false });
    });
  });

  describe('F04 a connection that does not come about', () => {
    let blackHole: Server;
    let held: Socket | undefined;
    afterEach(() => {
      held?.destroy();
      blackHole.close();
    });

    it('runs into the connect timeout', async () => {
      // Takes connections but never speaks TLS: the connection is not made before the handshake is.
      blackHole = createServer((socket) => (held = socket)).listen(0, '127.0.0.1');
      await once(blackHole, 'listening');
      const impatient = client.with({ connectTimeoutMs: 50 });
      const { port } = blackHole.address() as { port: number };
      const { failure } = await outcomeOf(
        impatient.ask({ target: { baseUrl: `https://127.0.0.1:${port}/v1` } }),
      );
      expect(failure).toMatchObject({
        code: 'model_timeout',
        isRetriable: true,
        message: 'timeout: connect',
      });
    });
  });
});

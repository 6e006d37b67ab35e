import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import { answer, hold, jsonAnswer } from '../../test/support/model/model-server.answers.js';
import type { Behaviour } from '../../test/support/model/model-server.exchange.js';
import * as faults from '../../test/support/model/model-server.faults.js';
import { ModelServer } from '../../test/support/model/model-server.js';
import { LlmAndServers } from '../../test/support/model/model-server.llm.js';
import * as steps from '../../test/support/model/model-server.steps.js';

/** All is real but the pauses between attempts, which are not waited for. A reader voids what failed. */
describe('LlmService, of a server that fails', () => {
  let llm: LlmAndServers;
  beforeEach(async () => {
    Logger.overrideLogger(false);
    llm = await LlmAndServers.start();
  });
  afterEach(async () => {
    Logger.overrideLogger(['log', 'warn', 'error']);
    await llm.stop();
  });

  const said = ['Hello', ' there'];
  const passing: [string, Behaviour][] = [
    ['F05 reset before the head', faults.resetBeforeHeaders()],
    ['F06 hang-up before the head', faults.hangUpBeforeHeaders()],
    ['F07 garbage', faults.garbage()],
    ['F08 status 500', faults.status(500, { error: { message: 'boom' } })],
    ['F08 status 502 in HTML', faults.status(502, '<h1>Bad Gateway</h1>')],
    ['F08 status 504', faults.status(504)],
    ['status 408', faults.status(408)],
    ['status 409', faults.status(409)],
    ['status 425', faults.status(425)],
    ['F16 a huge head', faults.hugeHeaders()],
    ['F17 JSON that ends with an error', jsonAnswer('Hello', { finishReason: 'error' })],
    ['F20 reset', hold(said, steps.reset())],
    ['F21 hang-up in a chunked body', faults.hangUpAfter(said)],
    ['F22 hang-up of a body without length', faults.hangUpWithoutLengthAfter(said)],
    ['F23 clean end without a finish reason', faults.endAfter(said)],
    ['F25 error frame', faults.errorFrameAfter(said, { type: 'server_error', message: 'boom' })],
    ['F25 error event', faults.errorEventAfter(said, { message: 'boom' })],
    ['F26 bad gzip', faults.badGzip()],
    ['F27 frame that is no JSON', faults.invalidFrameAfter(said)],
    ['F30 frame of 9 MB', faults.hugeFrameAfter(said, 9_000_000)],
  ];

  describe.each(passing)('%s', (_, fault) => {
    // A held answer fails when it is let go.
    const failing = () => {
      if ('release' in fault) (fault as { release(): void }).release();
      return fault;
    };

    it('is followed by another attempt, whose answer is the only one', async () => {
      const { text, retries, attempts, finish } = await llm.outcomeWith([failing(), answer('A monad is.')]);
      expect([text, retries, finish?.finishReason]).toEqual(['A monad is.', 1, 'stop']);
      expect(attempts.map(({ outcome }) => outcome)).toEqual(['model_failed', 'answered']);
      expect(llm.server.requests).toHaveLength(2);
      expect(llm.server.requests[1]?.text).toBe(llm.server.requests[0]?.text);
    });

    it('ends the answer when it comes a third time (F32)', async () => {
      const { retries, attempts, error } = await llm.outcomeWith([failing(), failing(), failing()]);
      expect([retries, attempts.length, error?.code, error?.status]).toEqual([2, 3, 'model_failed', 502]);
      expect(llm.server.requests).toHaveLength(3);
    });
  });

  describe('a target that cannot be reached', () => {
    it('F01 is one attempt when another target answers', async () => {
      const targets = [await ModelServer.unreachableUrl(), llm.server.baseUrl];
      const { text, retries, attempts } = await llm.outcomeWith([answer(said)], { targets });
      expect([text, retries]).toEqual(['Hello there', 1]);
      expect(attempts.map(({ outcome }) => outcome)).toEqual(['model_failed', 'answered']);
      expect(attempts[0]).not.toHaveProperty('firstTokenMs');
    });

    it.each([
      ['F02 refused', () => ModelServer.unreachableUrl()],
      ['F03 unknown host', () => 'http://model-server.invalid/v1'],
    ])('%s fails after three attempts', async (_, url) => {
      const { attempts, error } = await llm.outcomeWith([], { targets: [await url()] });
      expect(attempts.map(({ outcome }) => outcome)).toEqual(Array(3).fill('model_failed'));
      expect(error).toMatchObject({ code: 'model_failed', status: 502 });
    });

    it('F04 black hole fails after three connect timeouts', async () => {
      // Takes connections but never speaks TLS: the connection is not made before the handshake is.
      const held: Socket[] = [];
      const blackHole = createServer((socket) => held.push(socket)).listen(0, '127.0.0.1');
      await once(blackHole, 'listening');
      const { port } = blackHole.address() as { port: number };
      const question = { targets: [`https://127.0.0.1:${port}/v1`], connectTimeoutMs: 30 };
      const { attempts, error } = await llm.outcomeWith([], question);
      held.forEach((socket) => socket.destroy());
      blackHole.close();
      expect([attempts.length, error?.code, error?.status]).toEqual([3, 'model_timeout', 504]);
    });
  });

  describe('a server that is silent', () => {
    const IMPATIENT = { firstTokenTimeoutMs: 100, idleTimeoutMs: 100 };
    const beforeItsFirstToken: [string, Behaviour][] = [
      ['F13 before the head', faults.silenceBeforeHeaders()],
      ['F14 after the head', faults.silenceAfterHeaders()],
    ];

    it.each(beforeItsFirstToken)(
      '%s is not asked again: its queue would only be longer',
      async (_, fault) => {
        const { attempts, retries, error } = await llm.outcomeWith([fault], IMPATIENT);
        expect([attempts.length, retries]).toEqual([1, 0]);
        expect(error).toMatchObject({ code: 'model_timeout', status: 504 });
        expect((await llm.server.requestClosed(0)).isAborted).toBe(true);
      },
    );

    it.each(beforeItsFirstToken)('%s leaves the answer to another target, once', async (_, fault) => {
      const targets = [llm.server.baseUrl, llm.spare.baseUrl];
      llm.spare.next(faults.status(500), answer('A monad is.'));
      const { text, attempts } = await llm.outcomeWith([fault], { ...IMPATIENT, targets });
      expect(text).toBe('A monad is.');
      expect(attempts.map(({ outcome }) => outcome)).toEqual(['model_timeout', 'model_failed', 'answered']);
      expect(llm.server.requests).toHaveLength(1);
    });

    it('F24 between tokens is asked again', async () => {
      const script = [faults.silenceAfter(['Hello']), answer('A monad is.')];
      const { text, attempts } = await llm.outcomeWith(script, IMPATIENT);
      expect(text).toBe('A monad is.');
      expect(attempts.map(({ outcome }) => outcome)).toEqual(['model_timeout', 'answered']);
      expect((await llm.server.requestClosed(0)).isAborted).toBe(true);
    });

    it('has no further attempt when the total time is over', async () => {
      const { attempts, retries, error } = await llm.outcomeWith([faults.silenceAfter(['Hello'])], {
        totalTimeoutMs: 100,
      });
      expect([attempts.length, retries, error?.code]).toEqual([1, 0, 'model_timeout']);
    });
  });

  describe('a server that has too much to do', () => {
    it.each([429, 503])('F09 (status %s) is asked again after the time that it asks for', async (status) => {
      const refusal = faults.status(status, {}, { 'retry-after': '1' });
      const { text, attempts } = await llm.outcomeWith([refusal, answer(said)]);
      expect([text, attempts[0]?.outcome]).toEqual(['Hello there', 'model_overloaded']);
      expect(llm.pauses[0]).toBeGreaterThanOrEqual(1_000);
    });

    it('F10 that asks for too long is not asked again, and the caller gets the failure', async () => {
      const refusal = faults.status(429, {}, { 'retry-after': '3600' });
      const { attempts, retries, error } = await llm.outcomeWith([refusal]);
      expect([attempts.length, retries]).toEqual([1, 0]);
      expect(error).toMatchObject({ code: 'model_overloaded', status: 503, retryAfterSeconds: 3_600 });
    });

    it('F35 that asks for longer than there is time is not asked again', async () => {
      const refusal = faults.status(429, {}, { 'retry-after': '10' });
      const { attempts, error } = await llm.outcomeWith([refusal], { totalTimeoutMs: 10_000 });
      expect([attempts.length, error?.code, llm.pauses]).toEqual([1, 'model_overloaded', []]);
    });
  });

  describe('what would come again', () => {
    const cases: [string, Behaviour, string, object][] = [
      [
        'F11 status 400',
        faults.status(400, { error: { message: 'x' } }),
        '',
        { code: 'model_refused', status: 502 },
      ],
      ['F11 status 422', faults.status(422), '', { code: 'model_refused', status: 502 }],
      ['status 413', faults.status(413), '', { code: 'context_too_long', status: 400 }],
      [
        'a filter',
        faults.status(400, { error: { code: 'content_filter' } }),
        '',
        { code: 'content_filtered', status: 400 },
      ],
      [
        'F15 a redirect',
        faults.redirect('http://169.254.169.254/'),
        '',
        { code: 'model_failed', status: 502 },
      ],
      [
        'F25 error frame of the request',
        faults.errorFrameAfter(['Hi'], { type: 'invalid_request_error' }),
        'Hi',
        { code: 'model_refused', status: 502 },
      ],
      [
        'F25 error frame of the content filter',
        faults.errorFrameAfter([], { code: 'content_filter' }),
        '',
        { code: 'content_filtered', status: 400 },
      ],
    ];

    it.each(cases)('%s is not tried again, nor at another target', async (_, fault, text, error) => {
      const targets = [llm.server.baseUrl, llm.spare.baseUrl];
      const outcome = await llm.outcomeWith([fault], { targets });
      expect(outcome).toMatchObject({ text, retries: 0, error });
      expect([llm.server.requests.length, llm.spare.requests.length]).toEqual([1, 0]);
    });
  });

  describe('what is wrong with one target', () => {
    const cases: [string, Behaviour][] = [
      ['F12 status 401', faults.status(401)],
      ['status 402', faults.status(402)],
      ['F12 status 403', faults.status(403)],
      ['status 404', faults.status(404)],
      ['a quota', faults.status(429, { error: { type: 'insufficient_quota', code: 'insufficient_quota' } })],
      ['a quota in an answer', faults.errorFrameAfter([], { code: 'insufficient_quota' })],
    ];

    it.each(cases)('%s is not tried again there', async (_, fault) => {
      const { attempts, error } = await llm.outcomeWith([fault]);
      expect(attempts.map(({ outcome }) => outcome)).toEqual(['model_misconfigured']);
      expect(error).toMatchObject({ code: 'model_misconfigured', status: 502, retryable: false });
      expect([llm.server.requests.length, llm.pauses]).toEqual([1, []]);
    });

    it.each(cases)('%s is tried once at each other target, at once', async (_, fault) => {
      const targets = [llm.server.baseUrl, llm.spare.baseUrl];
      llm.spare.next(answer(said));
      const { text, attempts } = await llm.outcomeWith([fault], { targets });
      expect([text, llm.pauses]).toEqual(['Hello there', []]);
      expect(attempts.map(({ outcome }) => outcome)).toEqual(['model_misconfigured', 'answered']);
    });
  });

  describe('an answer that is complete', () => {
    const cases: [string, Behaviour, string, string][] = [
      ['F17 as JSON', jsonAnswer('Hello'), 'Hello', 'stop'],
      ['F23 without [DONE]', answer('Hello', { hasDone: false }), 'Hello', 'stop'],
      ['F28 in pieces of one byte', answer('你好🙂', { style: { pieceBytes: 1 } }), '你好🙂', 'stop'],
      ['F33 cut by its length', answer('Hello', { finishReason: 'length' }), 'Hello', 'length'],
      ['F33 cut by a filter', answer('Hello', { finishReason: 'content_filter' }), 'Hello', 'content_filter'],
      ['F34 with frames after its end', faults.framesAfterDone(['Hello']), 'Hello', 'stop'],
      [
        'without a text, for a filter left none',
        answer([], { finishReason: 'content_filter' }),
        '',
        'content_filter',
      ],
    ];

    it.each(cases)('%s is one attempt', async (_, behaviour, text, finishReason) => {
      const outcome = await llm.outcomeWith([behaviour]);
      expect(outcome).toMatchObject({ text, retries: 0, finish: { finishReason } });
      expect(llm.server.requests).toHaveLength(1);
    });

    it('F31 endless is cut, and one attempt', async () => {
      const question = { request: { maxTokens: 10 } };
      const { text, finish } = await llm.outcomeWith([faults.endless()], question);
      expect([text.length, finish?.finishReason]).toEqual([1_344, 'length']);
      expect((await llm.server.requestClosed(0)).isAborted).toBe(true);
    });
  });
});

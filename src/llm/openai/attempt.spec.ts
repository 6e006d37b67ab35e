import { jest } from '@jest/globals';
import fc from 'fast-check';
import { Observable, type Subscription } from 'rxjs';
import type { Dispatcher } from 'undici';
import { ModelFailure } from '../model-failure.js';
import { Attempt } from './attempt.js';
import type { AttemptEvent } from './attempt-event.js';
import { answerByFirstByte } from './response/answer-by-first-byte.js';

const LIMITS = { connectTimeoutMs: 3_000, firstTokenTimeoutMs: 30_000, idleTimeoutMs: 20_000 };

const DELTA = Buffer.from('data: {"choices":[{"delta":{"content":"Hi"}}]}\n\n');
const FINISH = Buffer.from('data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n');
const DONE = Buffer.from('data: [DONE]\n\n');

/** The attempt is real; the test plays undici, whose controller notes that it was aborted. */
describe('Attempt', () => {
  let told: unknown[];
  /** What its target hears of it. */
  let heard: string[];
  let attempt: Attempt;
  let subscription: Subscription;
  let isCut: boolean;
  const controller = { abort: () => (isCut = true) } as unknown as Dispatcher.DispatchController;

  beforeEach(() => {
    jest.useFakeTimers();
    told = [];
    heard = [];
    isCut = false;
    const completion$ = new Observable<AttemptEvent>((subscriber) => {
      attempt = new Attempt(subscriber, {
        limits: LIMITS,
        endsAt: performance.now() + 300_000,
        refusalOf: (status) => {
          if (status === 200) return null;
          throw new ModelFailure({ code: 'model_refused', isRetriable: false, isOutage: false }, 'refused');
        },
        answerFrom: (firstByte) => answerByFirstByte(firstByte, { messages: [] }),
        onAnswer: () => heard.push('answer'),
        onToken: () => heard.push('token'),
      });
      return () => attempt.unsubscribe();
    });
    subscription = completion$.subscribe({
      next: (event) => told.push(event.type),
      error: (error: ModelFailure) => told.push(error.message),
      complete: () => told.push('complete'),
    });
  });
  afterEach(() => jest.useRealTimers());

  function start(...chunks: readonly Buffer[]): void {
    attempt.onRequestStart(controller);
    attempt.onResponseStart(controller, 200, {});
    for (const chunk of chunks) attempt.onResponseData(controller, chunk);
  }

  /** undici goes on to report what it has read already, and that the request was aborted. */
  function reportMore(): void {
    attempt.onResponseData(controller, DELTA);
    attempt.onResponseError(controller, new Error('aborted'));
    jest.advanceTimersByTime(1_000_000);
  }

  it('tells an answer that ends with its body, and leaves the connection', () => {
    start(DELTA, FINISH);
    expect(told).toEqual(['text.delta']);
    attempt.onResponseEnd();
    expect(told).toEqual(['text.delta', 'finish', 'complete']);
    expect([isCut, jest.getTimerCount()]).toEqual([false, 0]);
  });

  it('tells the finish at [DONE], and leaves a connection that ends soon', () => {
    start(DELTA, FINISH, DONE);
    expect(told).toEqual(['text.delta', 'finish', 'complete']);
    jest.advanceTimersByTime(900);
    attempt.onResponseEnd();
    expect([isCut, jest.getTimerCount()]).toEqual([false, 0]);
  });

  it('cuts a connection that does not end after [DONE]', () => {
    start(DELTA, FINISH, DONE);
    jest.advanceTimersByTime(1_010);
    expect([isCut, jest.getTimerCount()]).toEqual([true, 0]);
  });

  it('does not wait for counts for long', () => {
    start(DELTA, FINISH);
    jest.advanceTimersByTime(990);
    expect(told).toEqual(['text.delta']);
    jest.advanceTimersByTime(20);
    expect(told).toEqual(['text.delta', 'finish', 'complete']);
    expect([isCut, jest.getTimerCount()]).toEqual([true, 0]);
  });

  it('takes an answer that goes on after a finish reason for over when it ends or is idle', () => {
    start(DELTA, FINISH);
    jest.advanceTimersByTime(900);
    attempt.onResponseData(controller, DELTA);
    jest.advanceTimersByTime(19_900);
    attempt.onResponseData(controller, Buffer.concat([DELTA, FINISH]));
    expect(told).toEqual(['text.delta', 'text.delta', 'text.delta']);
    jest.advanceTimersByTime(20_010);
    expect(told).toEqual(['text.delta', 'text.delta', 'text.delta', 'finish', 'complete']);
    expect([isCut, jest.getTimerCount()]).toEqual([true, 0]);
  });

  it.each([
    ['text', DELTA],
    ['thinking', Buffer.from('data: {"choices":[{"delta":{"reasoning_content":"hm"}}]}\n\n')],
    [
      'a tool call',
      Buffer.from(
        'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f"}}]}}]}\n\n',
      ),
    ],
  ])('reports its first token, once: %s', (_, token) => {
    start();
    attempt.onResponseData(controller, Buffer.from('data: {"choices":[{"delta":{"role":"assistant"}}]}\n\n'));
    expect(heard).toEqual(['answer']);
    attempt.onResponseData(controller, token);
    attempt.onResponseData(controller, DELTA);
    expect(heard).toEqual(['answer', 'token']);
    subscription.unsubscribe();
  });

  it('reports the one token of an answer as JSON', () => {
    start(Buffer.from('{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}'));
    attempt.onResponseEnd();
    expect(heard).toEqual(['answer', 'token']);
  });

  it('does not take an early hint for the response', () => {
    attempt.onRequestStart(controller);
    attempt.onResponseStart(controller, 103, {});
    attempt.onResponseStart(controller, 200, {});
    attempt.onResponseData(controller, DELTA);
    expect(told).toEqual(['text.delta']);
    subscription.unsubscribe();
  });

  it.each([
    ['before the connection', () => undefined],
    ['before the head', () => attempt.onRequestStart(controller)],
    ['before a token', () => start()],
    ['between tokens', () => start(DELTA)],
    ['before the counts', () => start(DELTA, FINISH)],
  ])('emits nothing more, and cuts, when it is cancelled %s', (_, before) => {
    before();
    const toldBefore = [...told];
    subscription.unsubscribe();
    expect(jest.getTimerCount()).toBe(0);
    if (!isCut) attempt.onRequestStart(controller);
    expect(isCut).toBe(true);
    reportMore();
    expect(told).toEqual(toldBefore);
  });

  it.each([
    [
      'connection: ECONNRESET',
      () => attempt.onResponseError(controller, Object.assign(new Error('x'), { code: 'ECONNRESET' })),
    ],
    ['an unexpected error', () => attempt.onResponseError(controller, new TypeError('x is not a function'))],
    ['the answer ended without a finish reason', () => attempt.onResponseEnd()],
    ['a frame is not valid JSON', () => attempt.onResponseData(controller, Buffer.from('data: {\n\n'))],
    ['timeout: idle', () => jest.advanceTimersByTime(20_010)],
  ])('fails once, and leaves nothing behind: %s', (message, fault) => {
    start(DELTA);
    fault();
    expect(told).toEqual(['text.delta', message]);
    expect(jest.getTimerCount()).toBe(0);
    reportMore();
    expect(told).toEqual(['text.delta', message]);
  });

  it('cuts the connection of an answer that it cannot read', () => {
    attempt.onRequestStart(controller);
    attempt.onResponseStart(controller, 500, {});
    expect(told).toEqual(['refused']);
    expect([isCut, jest.getTimerCount()]).toEqual([true, 0]);
  });
});

describe('The body of an answer', () => {
  const STREAM =
    'data: {"choices":[{"delta":{"content":"Hé"}}]}\n\n' +
    'data: {"choices":[{"delta":{},"finish_reason":"length"}]}\n\n';
  const JSON_BODY = JSON.stringify({ choices: [{ message: { content: 'Hé' }, finish_reason: 'length' }] });
  const CONTROLLER = { abort: () => undefined } as unknown as Dispatcher.DispatchController;

  /** The text and the finish reason, or the message of the failure. */
  function read(pieces: readonly Buffer[]): string {
    let told = '';
    new Observable<AttemptEvent>((subscriber) => {
      const attempt = new Attempt(subscriber, {
        limits: LIMITS,
        endsAt: performance.now() + 300_000,
        refusalOf: () => null,
        answerFrom: (firstByte) => answerByFirstByte(firstByte, { messages: [] }),
      });
      attempt.onRequestStart(CONTROLLER);
      attempt.onResponseStart(CONTROLLER, 200, {});
      for (const piece of pieces) attempt.onResponseData(CONTROLLER, piece);
      attempt.onResponseEnd();
    }).subscribe({
      next: (event) => {
        if (event.type === 'text.delta') told += event.text;
        if (event.type === 'finish') told += ` ${event.finishReason}`;
      },
      error: (error: ModelFailure) => (told += error.message),
    });
    return told;
  }

  it.each([
    ['a stream', STREAM],
    ['JSON', JSON_BODY],
  ])('is read as %s, whatever blanks stand before it and wherever it is cut', (_, body) => {
    const blanks = fc.string({ unit: fc.constantFrom(' ', '\n', '\r\n', '\t'), maxLength: 5 });
    fc.assert(
      fc.property(fc.constantFrom('', '\uFEFF'), blanks, fc.array(fc.nat()), (mark, before, places) => {
        const bytes = Buffer.from(mark + before + body);
        const inside = places.map((place) => place % bytes.length).sort((a, b) => a - b);
        const cuts = [0, ...inside, bytes.length];
        expect(read(cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end)))).toBe('Hé length');
      }),
    );
  });

  it('is no answer when it is empty', () => {
    expect(read([])).toBe('the answer ended without a finish reason');
    expect(read([Buffer.from(' \n')])).toBe('the answer ended without a finish reason');
  });
});

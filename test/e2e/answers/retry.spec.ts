import { CONTINUE_INSTRUCTION } from '../../../src/llm/retry/continuation.js';
import { answer, continuing, hold } from '../../support/model/model-server.answers.js';
import * as faults from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { reset } from '../../support/model/model-server.steps.js';
import {
  startServiceWithModel,
  type ServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import { startServiceWithTargets } from '../../support/service/service-with-targets.js';
import type { TestService } from '../../support/service/service.js';
import { foldFrames, type Frame, readSse } from '../../support/service/sse.js';
import { ask, readReceipt, UID, WAYS } from '../../support/service/ways-to-ask.js';

const WHOLE = 'The answer is long enough to be broken off, and it goes on after that to its end.';
const HALF = WHOLE.slice(0, 40);

const parse = (data: string): Frame => (data === '[DONE]' ? { done: true } : (JSON.parse(data) as Frame));

/**
 * Further attempts, as callers see them. Real: the complete service, its database, HTTP both ways. Stand-in: the
 * model behind its server. The faults that lead to them are in faults-upstream.spec.ts.
 */
describe('When an answer breaks off', () => {
  let running: ServiceWithModel;
  let model: ModelServer;
  let service: TestService;

  /** For the tests of a group, because a running service's configuration cannot change. */
  function useService(environment?: Record<string, string>): void {
    beforeAll(async () => {
      running = await startServiceWithModel(environment);
      ({ model, service } = running);
    });
    afterAll(() => stopServiceWithModel(running));
  }

  const lastMessages = () => model.requests.at(-1)!.body!.messages!;

  /** Asks; as soon as the caller has what was said, the connection to the model is reset. */
  async function askAndReset(path: string, body: object): Promise<Frame[]> {
    const held = hold([HALF], reset());
    model.next(held, continuing(WHOLE, { deltaChars: 100 }));
    const stream = readSse(await service.post(path, body));
    const frames: Frame[] = [];
    for (let event = await stream.next(); event; event = await stream.next()) {
      frames.push(parse(event.data));
      if ((frames.at(-1)!.data ?? frames.at(-1)!.text) === HALF) held.release();
    }
    return frames;
  }

  describe('with the usual settings', () => {
    useService();

    it('F20 variant B has what came before a reset, hears RETRYING, and then the complete answer again', async () => {
      const first = model.requests.length;
      const frames = await askAndReset('/api/chat', { question: 'q', uid: UID });
      const said = frames.slice(2).map(({ data, action, done }) => action ?? data ?? done);
      expect(said).toEqual([HALF, 'RETRYING', WHOLE, '', true]);
      const receipt = await readReceipt(service, frames[0]!.chat_id!);
      expect(receipt).toMatchObject({ status: 'completed', text: WHOLE });
      // The first attempt was void, so the second is no continuation.
      expect(lastMessages()).toEqual(model.requests[first]!.body!.messages);
    });

    it('F20 variant A has what came before a reset, and what follows it', async () => {
      const frames = await askAndReset('/chat/stream', { query: 'q' });
      expect(frames.map(({ text }) => text)).toEqual(['', HALF, WHOLE.slice(HALF.length), '']);
      const receipt = await readReceipt(service, frames[0]!.message_id!);
      expect(receipt).toMatchObject({ status: 'completed', text: WHOLE });
    });

    it('variant A asks the model to go on from what was said, by an instruction', async () => {
      const first = model.requests.length;
      model.next(faults.endAfter([HALF]), continuing(WHOLE));
      expect((await ask(service, 'stream')).text).toBe(WHOLE);
      expect(lastMessages()).toEqual([
        ...model.requests[first]!.body!.messages!,
        { role: 'assistant', content: HALF },
        { role: 'user', content: CONTINUE_INSTRUCTION },
      ]);
    });

    it.each([16, 30, Infinity])('variant A tells %s repeated characters only once', async (repeatedChars) => {
      model.next(faults.endAfter([HALF]), continuing(WHOLE, { repeatedChars }));
      const told = await ask(service, 'stream');
      expect(told.text).toBe(WHOLE);
      expect(told.receipt).toMatchObject({ status: 'completed', text: WHOLE });
    });

    it('variant A goes on from a continuation that breaks off too', async () => {
      model.next(faults.endAfter([HALF]), faults.endAfter([WHOLE.slice(40, 60)]), continuing(WHOLE));
      const told = await ask(service, 'json');
      expect(told.text).toBe(WHOLE);
      const outcomes = told.receipt!.attempts.map(({ outcome }) => outcome);
      expect(outcomes).toEqual(['model_failed', 'model_failed', 'answered']);
    });

    it('a caller who resumes after that has the same text as one who stayed', async () => {
      model.next(faults.endAfter([HALF]), answer(['Another ', 'one.']));
      const body = { question: 'dropped', uid: UID };
      const asked = model.requests.length;
      const events = await readSse(await service.post('/api/chat', body)).rest();
      for (const [index, { id }] of events.entries()) {
        const resumed = await service.post('/api/chat', body, { headers: { 'last-event-id': id! } });
        const rest = await readSse(resumed).rest();
        const frames = [...events.slice(0, index + 1), ...rest].map(({ data }) => parse(data));
        expect(foldFrames(frames)).toBe('Another one.');
      }
      expect(model.requests.length).toBe(asked + 2);
    });
  });

  describe.each([
    ['vllm', { continue_final_message: true, add_generation_prompt: false }, {}],
    ['deepseek', {}, { prefix: true }],
    ['none', {}, {}],
  ])('with a prefill and the flags of %s', (flags, body, message) => {
    useService({ LLM_CONTINUATION: 'prefill', LLM_PREFILL_FLAGS: flags });

    it('variant A asks the model to go on by the beginning of its answer', async () => {
      model.next(faults.endAfter([HALF]), continuing(WHOLE));
      expect((await ask(service, 'json')).text).toBe(WHOLE);
      expect(lastMessages().at(-1)).toEqual({ role: 'assistant', content: HALF, ...message });
      expect(model.requests.at(-1)!.body).toMatchObject(body);
    });
  });

  describe('with LLM_MAX_RETRIES=0', () => {
    useService({ LLM_MAX_RETRIES: '0' });

    it.each(WAYS)('a caller of %s hears of it at once', async (way) => {
      const asked = model.requests.length;
      model.next(faults.endAfter([HALF]));
      expect(await ask(service, way)).toMatchObject({ error: { code: 'model_failed' } });
      expect(model.requests.length).toBe(asked + 1);
    });
  });

  describe('and its caller leaves', () => {
    useService({ DISCONNECT_GRACE_MS: '20' });

    it('F42 in the pause before a further attempt, and does not come back, none is made', async () => {
      model.next(faults.status(429, {}, { 'retry-after': '30' }));
      const leaving = new AbortController();
      const body = { question: 'q', uid: UID };
      const stream = readSse(await service.post('/api/chat', body, { signal: leaving.signal }));
      const { chat_id } = parse((await stream.next())!.data);
      await model.requestClosed(0);
      leaving.abort();
      while (service.runningTurns().length > 0) await readReceipt(service, chat_id!);
      const receipt = await readReceipt(service, chat_id!);
      expect(receipt).toMatchObject({ status: 'cancelled', text: '' });
      expect(receipt.attempts).toMatchObject([{ outcome: 'model_overloaded' }]);
      expect(model.requests).toHaveLength(1);
    });
  });
});

describe('With two targets', () => {
  let running: ServiceWithModel;
  let asked: number;
  beforeAll(async () => {
    running = await startServiceWithTargets();
  });
  afterAll(() => stopServiceWithModel(running));
  beforeEach(() => void (asked = running.model.requests.length));

  const askedModels = () => running.model.requests.slice(asked).map(({ body }) => body!.model);
  const targetsOf = (attempts: readonly { target: string; outcome: string }[]) =>
    attempts.map(({ target, outcome }) => [target.split('/').at(-1), outcome]);

  it.each(WAYS)('F01 the second answers a caller of %s at once when the first does not', async (way) => {
    running.model.next(faults.resetBeforeHeaders(), answer('From the second.'));
    const told = await ask(running.service, way);
    expect(told).toMatchObject({ status: 200, text: 'From the second.' });
    expect(told.frames.some(({ action }) => action)).toBe(false);
    expect(askedModels()).toEqual(['first', 'second']);
    expect(targetsOf(told.receipt!.attempts)).toEqual([
      ['first', 'model_failed'],
      ['second', 'answered'],
    ]);
  });

  it('the second continues what the first has begun, on variant A', async () => {
    running.model.next(faults.endAfter([HALF]), continuing(WHOLE));
    expect((await ask(running.service, 'stream')).text).toBe(WHOLE);
    expect(askedModels()).toEqual(['first', 'second']);
  });

  it('the second begins again, on variant B', async () => {
    running.model.next(faults.endAfter([HALF]), continuing(WHOLE));
    const told = await ask(running.service, 'qa');
    expect(told.text).toBe(WHOLE);
    expect(told.frames.filter(({ action }) => action === 'RETRYING')).toHaveLength(1);
  });
});

describe('A target whose answers keep failing', () => {
  it('F81 is left alone: callers hear at once when to come again, and the service stays ready', async () => {
    const running = await startServiceWithModel({ LLM_MAX_RETRIES: '0' });
    try {
      const { service, model } = running;
      model.always(faults.status(500, {}));
      while (!(await ask(service, 'json')).error!.detail.includes('leaves it alone'));
      const asked = model.requests.length;
      const told = await ask(service, 'json');
      expect(told).toMatchObject({ status: 502, error: { code: 'model_failed', retryable: true } });
      expect(told.error!.detail).toContain('leaves it alone');
      expect(Number(told.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect((await ask(service, 'qa')).error).toMatchObject({ code: 'model_failed' });
      expect(model.requests).toHaveLength(asked);
      expect(asked).toBeLessThanOrEqual(21);
      expect((await service.request('GET', '/health/ready')).status).toBe(200);
    } finally {
      await stopServiceWithModel(running);
    }
  });

  it('takes no more requests at once than LLM_MAX_IN_FLIGHT', async () => {
    const running = await startServiceWithModel({ LLM_MAX_IN_FLIGHT: '1' });
    try {
      const { service, model } = running;
      const held = hold(['one ']);
      model.next(held, answer('next'));
      const first = ask(service, 'json');
      await model.requestArrived(0);
      expect(await ask(service, 'json')).toMatchObject({ status: 503, error: { code: 'model_overloaded' } });
      held.release();
      expect((await first).text).toBe('one ');
      expect((await ask(service, 'json')).text).toBe('next');
      expect(model.requests).toHaveLength(2);
    } finally {
      await stopServiceWithModel(running);
    }
  });
});

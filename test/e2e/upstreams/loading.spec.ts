import type { Behaviour } from '../../support/model/model-server.exchange.js';
import * as faults from '../../support/model/model-server.faults.js';
import { answer, textToContinue } from '../../support/model/model-server.answers.js';
import { SCALED_TIMES, TIME_SCALE } from '../../support/model/server-times.js';
import { type Play, playing } from '../../support/model/server-play.js';
import { DONE, HELLO, refusal, RIGHT, ROLE, STOP } from '../../support/model/server-play.frames.js';
import {
  type ServiceWithModel,
  startServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import { type Frame, readSse } from '../../support/service/sse.js';
import { ALL_WAYS, ask, readReceipt, type Told, UID } from '../../support/service/ways-to-ask.js';

const LOADING = refusal(503, { error: { code: 503, message: 'loading model', type: 'unavailable_error' } });

/**
 * Real: the service, its database, HTTP both ways. Stand-in: a model server that loads for 8 s, or a proxy before it, a
 * hundred times as fast; the times of the service are as much shorter. It has no retries: waiting is none.
 */
describe('A model server that loads its model', () => {
  let running: ServiceWithModel;

  beforeEach(async () => {
    running = await startServiceWithModel({ ...SCALED_TIMES, LLM_MAX_RETRIES: '0' });
  });
  afterEach(() => stopServiceWithModel(running));

  /** Behaves so for the first 8 s of the field, then answers. */
  function forEightSeconds(fault: Behaviour): Behaviour {
    let from: number | undefined;
    return (exchange) => {
      from ??= performance.now();
      const isOver = performance.now() - from >= 8_000 * TIME_SCALE;
      return (isOver ? playing(() => RIGHT) : fault)(exchange);
    };
  }

  function expectAnswer(told: Told): void {
    expect(told).toMatchObject({ status: 200, text: 'Hello world.', finishReason: 'stop' });
    expect(told.frames.some(({ action }) => action)).toBe(false);
    expect(told.receipt).toMatchObject({ status: 'completed', text: 'Hello world.' });
    const outcomes = told.receipt!.attempts.map(({ outcome }) => outcome);
    expect(outcomes.length).toBeGreaterThan(1);
    expect(outcomes.slice(0, -1).every((outcome) => outcome === 'model_failed')).toBe(true);
    expect(outcomes.at(-1)).toBe('answered');
  }

  const loading: Play = ({ sinceFirstMs }) => (sinceFirstMs < 8_000 ? LOADING : RIGHT);

  const cases: [name: string, fault: Behaviour][] = [
    ['says so, as Hugging Face', faults.status(503, { error: 'Model m is currently loading' })],
    ['is behind a proxy that says 502', faults.status(502, '<h1>502 Bad Gateway</h1>')],
    ['is behind a balancer that says 503 without a body', faults.status(503)],
    ['is behind a port that resets connections', faults.resetBeforeHeaders()],
    ['is behind a port that closes connections', faults.hangUpBeforeHeaders()],
    ['breaks off after its head', faults.after([], ({ socket }) => void socket.resetAndDestroy())],
  ];

  it('and says so for 8 s (mostlygeek/llama-swap#146), is waited for in all ways', async () => {
    for (const way of ALL_WAYS) {
      running.model.always(playing(loading, TIME_SCALE));
      expectAnswer(await ask(running.service, way));
    }
  });

  it.each(cases)('and %s, is waited for in all ways', async (_, fault) => {
    for (const way of ALL_WAYS) {
      running.model.always(forEightSeconds(fault));
      expectAnswer(await ask(running.service, way));
    }
  });

  it.each(ALL_WAYS)('in the middle of an answer, is waited for, then goes on: %s', async (way) => {
    await stopServiceWithModel(running);
    running = await startServiceWithModel({ ...SCALED_TIMES, LLM_MAX_RETRIES: '1' });
    const play: Play = ({ json, nth }) => {
      if (nth === 1) return [ROLE, HELLO[0]!, 200, { destroy: true }];
      if (nth < 5) return LOADING;
      return textToContinue(json) === 'Hello' ? [...HELLO.slice(1), STOP, DONE] : RIGHT;
    };
    running.model.always(playing(play));
    const told = await ask(running.service, way);
    expect(told).toMatchObject({ status: 200, text: 'Hello world.', finishReason: 'stop' });
    expect(told.receipt).toMatchObject({ status: 'completed', text: 'Hello world.' });
    expect(told.receipt!.attempts).toHaveLength(5);
    expect(told.frames.filter(({ action }) => action === 'RETRYING')).toHaveLength(way === 'qa' ? 1 : 0);
  });

  it('for longer than LLM_RECOVERY_WAIT_MS, is said to have failed, after some connects', async () => {
    running.model.always(playing(() => LOADING));
    for (const way of ALL_WAYS) {
      const asked = running.model.requests.length;
      const from = performance.now();
      const told = await ask(running.service, way);
      expect(told.error).toMatchObject({ code: 'model_failed' });
      expect(performance.now() - from).toBeGreaterThanOrEqual(590);
      expect(running.model.requests.length - asked).toBeLessThanOrEqual(40);
    }
  });

  it('does not mean a server that is busy: that is said at once', async () => {
    running.model.always(faults.status(503, { error: 'server busy, please try again' }));
    for (const way of ALL_WAYS) {
      const asked = running.model.requests.length;
      expect((await ask(running.service, way)).error).toMatchObject({ code: 'model_overloaded' });
      expect(running.model.requests.length - asked).toBe(1);
    }
  });
});

describe('Waiting for a model server', () => {
  let running: ServiceWithModel;

  beforeEach(async () => {
    running = await startServiceWithModel({ HEARTBEAT_INTERVAL_MS: '50', LLM_RECOVERY_WAIT_MS: '60000' });
    running.model.always(playing(() => LOADING));
  });
  afterEach(() => stopServiceWithModel(running));

  it.each([
    ['the Conversation API', '/chat/stream', { query: 'q' }],
    ['the QA API', '/api/chat', { question: 'q', uid: UID }],
  ])('keeps the reader of %s with heartbeats, and ends at once when it is stopped', async (_, path, body) => {
    const { model, service } = running;
    const stream = readSse(await service.post(path, body));
    const first = JSON.parse((await stream.next())!.data) as Frame;
    const id = (first.message_id ?? first.chat_id)!;
    for (let beats = 0; beats < 5;) if ((await stream.next())!.id === undefined) beats++;
    expect((await service.request('POST', `/api/chat/${id}/stop`)).status).toBe(200);
    const asked = model.requests.length;
    await stream.rest();
    expect(await readReceipt(service, id)).toMatchObject({ status: 'cancelled', text: '' });
    model.always(answer('too late'));
    expect(await ask(service, 'json')).toMatchObject({ text: 'too late' });
    expect(model.requests).toHaveLength(asked + 1);
  });

  it('ends within the total timeout', async () => {
    await stopServiceWithModel(running);
    running = await startServiceWithModel({ LLM_TOTAL_TIMEOUT_MS: '700', LLM_RECOVERY_WAIT_MS: '60000' });
    running.model.always(playing(() => LOADING));
    const from = performance.now();
    expect((await ask(running.service, 'json')).error).toMatchObject({ code: 'model_failed', status: 502 });
    expect(performance.now() - from).toBeLessThan(5_000);
  });
});

import { ManualTiming } from '../../../test/support/time/manual-timing.js';
import { Target, type InFlightCall } from './target.js';

describe('Target', () => {
  let timing: ManualTiming;
  let target: Target;
  beforeEach(() => {
    timing = new ManualTiming();
    const config = {
      baseUrl: 'https://gpu1.example:8000/v1?api-version=1',
      model: 'Qwen/Qwen3',
      apiKey: 'sk-1',
    };
    target = new Target({
      config,
      maxInFlight: 2,
      clientSharePercent: 100,
      timing,
      recovery: { waitMs: 60_000, firstWaitMs: 0 },
    });
  });

  it('is called by host and upstream model, without path, query and key', () => {
    expect([target.host, target.label]).toEqual(['gpu1.example:8000', 'gpu1.example:8000/Qwen/Qwen3']);
  });

  it.each([
    ['answered', (call: InFlightCall) => call.end('answered')],
    ['failed', (call: InFlightCall) => call.end('outage')],
    ['cancelled', (call: InFlightCall) => call.end('neither')],
    ['begun and ended', (call: InFlightCall) => (call.begin(), call.end('answered'))],
    ['ended twice', (call: InFlightCall) => (call.end('answered'), call.end('neither'))],
  ])('takes as many requests as it may, and one more when one is %s', (_, end) => {
    const [first] = [target.acquire({ client: 'a' }), target.acquire({ client: 'a' })];
    expect(target.retryAfterMs('a')).toBeGreaterThan(0);
    end(first);
    expect(target.retryAfterMs('a')).toBe(0);
    target.acquire({ client: 'a' });
    expect(target.retryAfterMs('a')).toBeGreaterThan(0);
  });

  it('takes none while its breaker is open', () => {
    for (let index = 0; index < 20; index++) target.acquire({ client: 'a' }).end('outage');
    expect(target.retryAfterMs('a')).toBe(10_000);
  });

  it('is as patient with a probe that answers for long as with any other request', () => {
    for (let index = 0; index < 20; index++) target.acquire({ client: 'a' }).end('outage');
    timing.pass(10_000);
    const probe = target.acquire({ client: 'a' });
    expect(target.retryAfterMs('a')).toBeGreaterThan(0);
    probe.begin();
    expect(target.retryAfterMs('a')).toBe(0);
  });

  it('is back when its probe has the head of an answer, which gives no place of a repetition back', () => {
    for (let index = 0; index < 20; index++) target.acquire({ client: 'a' }).end('outage');
    timing.pass(10_000);
    let released = 0;
    const probe = target.acquire({ client: 'a', releaseRetry: () => released++ });
    probe.respond();
    expect([target.retryAfterMs('a'), released]).toEqual([0, 0]);
    probe.begin();
    expect(released).toBe(1);
  });

  it('is waited for when its server is away, once it has answered anything', () => {
    expect(target.recoveryWaitMs).toBe(0);
    target.noteAnswer();
    expect(target.recoveryWaitMs).toBe(60_000);
  });

  it('is an outage as any other while nothing waits for it', () => {
    for (let index = 0; index < 20; index++) target.acquire({ client: 'a' }).end('away');
    expect([target.isAway, target.retryAfterMs('a')]).toEqual([false, 10_000]);
  });

  it('records a request in whole milliseconds, with its first text when it had one', () => {
    const call = target.acquire({ client: 'a' });
    timing.pass(12.4);
    expect(call.toRecord('model_failed')).toEqual({
      target: 'gpu1.example:8000/Qwen/Qwen3',
      outcome: 'model_failed',
      durationMs: 12,
    });
    call.begin();
    timing.pass(100.2);
    expect(call.toRecord('answered')).toMatchObject({ durationMs: 113, firstTokenMs: 12 });
  });
});

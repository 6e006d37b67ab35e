import { ManualTiming } from '../../../test/support/time/manual-timing.js';
import { ModelFailure } from '../model-failure.js';
import { TargetSelector, type SelectorLimits } from './target-selector.js';
import { Target } from './target.js';

function failure(options: { isRetriable?: boolean; retryAfterSeconds?: number } = {}): ModelFailure {
  const { isRetriable = true, retryAfterSeconds } = options;
  return new ModelFailure({ code: 'model_failed', isRetriable, isOutage: true }, 'test', {
    retryAfterSeconds,
  });
}

describe('TargetSelector', () => {
  let timing: ManualTiming;
  beforeEach(() => (timing = new ManualTiming()));

  function targets(count: number): Target[] {
    const hosts = ['a', 'b', 'c'].slice(0, count);
    return hosts.map(
      (host) =>
        new Target({
          config: { baseUrl: `http://${host}/v1`, model: 'm' },
          maxInFlight: 9,
          clientSharePercent: 100,
          timing,
          recovery: { waitMs: 60_000, firstWaitMs: 0 },
        }),
    );
  }

  function routeOf(through: readonly Target[], limits: Partial<SelectorLimits> = {}): TargetSelector {
    return new TargetSelector(
      through,
      { maxRetries: 2, endsAt: timing.now() + 300_000, client: 'a', ...limits },
      timing,
    );
  }

  /** Hosts and pauses of the complete way when every attempt fails. */
  function wayOf(selector: TargetSelector, failures: readonly ModelFailure[]): [string, number][] {
    const first = selector.first();
    const way: [string, number][] = first ? [[first.host, 0]] : [];
    for (const fault of failures) {
      const step = selector.next(fault, false);
      if (step === null) break;
      timing.pass(step.waitMs);
      step.release();
      way.push([step.target.host, step.waitMs]);
    }
    return way;
  }

  const always = Array.from({ length: 12 }, () => failure());

  it('asks one target again, with pauses of any length up to a limit that doubles, up to 4 s', () => {
    expect(wayOf(routeOf(targets(1)), always)).toEqual([
      ['a', 0],
      ['a', 125],
      ['a', 250],
    ]);
    timing.chance = 0.999;
    const pauses = wayOf(routeOf(targets(1), { maxRetries: 7 }), always).map(([, ms]) => Math.ceil(ms));
    expect(pauses).toEqual([0, 250, 500, 999, 1_998, 3_996, 3_996, 3_996]);
  });

  it('goes to targets that were not asked at once, then round', () => {
    expect(wayOf(routeOf(targets(2), { maxRetries: 3 }), always)).toEqual([
      ['a', 0],
      ['b', 0],
      ['a', 125],
      ['b', 125],
    ]);
  });

  it('asks no target again without retries', () => {
    expect(wayOf(routeOf(targets(3), { maxRetries: 0 }), always)).toEqual([['a', 0]]);
  });

  it('asks no target again after a failure that would come again', () => {
    expect(wayOf(routeOf(targets(2)), [failure({ isRetriable: false })])).toEqual([['a', 0]]);
  });

  it('leaves a target alone for as long as it asks, and a little', () => {
    expect(wayOf(routeOf(targets(1)), [failure({ retryAfterSeconds: 7 })])).toEqual([
      ['a', 0],
      ['a', 7_125],
    ]);
  });

  it('asks another target rather than a target that wants to be left alone', () => {
    const faults = [failure({ retryAfterSeconds: 20 }), failure()];
    expect(wayOf(routeOf(targets(2)), faults)).toEqual([
      ['a', 0],
      ['b', 0],
      ['b', 125],
    ]);
  });

  it.each([
    ['is longer than 30 s', 31, 300_000],
    ['leaves no time', 20, 20_000],
  ])('stops at once when the rest that is asked for %s', (_, retryAfterSeconds, totalMs) => {
    const selector = routeOf(targets(1), { endsAt: timing.now() + totalMs });
    expect(wayOf(selector, [failure({ retryAfterSeconds })])).toEqual([['a', 0]]);
  });

  it('passes over targets that take no request', () => {
    const [a, b, c] = targets(3) as [Target, Target, Target];
    const calls = Array.from({ length: 9 }, () => a.acquire({ client: 'a' }));
    expect(wayOf(routeOf([a, b, c]), always)).toEqual([
      ['b', 0],
      ['c', 0],
      ['b', 125],
    ]);
    const selector = routeOf([a, b, c]);
    expect(wayOf(selector, [failure()])).toEqual([
      ['b', 0],
      ['c', 0],
    ]);
    calls[0]?.end('neither');
    const step = selector.next(failure(), false);
    expect([step?.target.host, step?.waitMs]).toEqual(['a', 0]);
  });

  it('begins nowhere when no target takes a request', () => {
    const [target] = targets(1) as [Target];
    Array.from({ length: 9 }, () => target.acquire({ client: 'a' }));
    expect(routeOf([target]).first()).toBeNull();
  });

  it('asks again only where the budget for that has a place, and gives the place back', () => {
    const [target] = targets(1) as [Target];
    const steps = Array.from({ length: 4 }, () => {
      const selector = routeOf([target]);
      selector.first();
      return selector.next(failure(), false);
    });
    expect(steps.map((step) => step !== null)).toEqual([true, true, true, false]);
    steps[0]?.release();
    const selector = routeOf([target]);
    selector.first();
    expect(selector.next(failure(), false)).not.toBeNull();
  });

  it('takes no place in the budget of a target that was not asked', () => {
    const [a, b] = targets(2) as [Target, Target];
    const steps = Array.from({ length: 10 }, () => {
      const selector = routeOf([a, b]);
      selector.first();
      return selector.next(failure(), false);
    });
    expect(steps.map((step) => step?.target.host)).toEqual(Array(10).fill('b'));
  });
});

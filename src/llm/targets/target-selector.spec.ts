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

type Step = ReturnType<TargetSelector['next']>;

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
      if (step === null || !('waitMs' in step)) break;
      timing.pass(step.waitMs);
      step.release();
      way.push([step.target.host, step.waitMs]);
    }
    return way;
  }

  const always = Array.from({ length: 12 }, () => failure());

  it('asks one target again, with pauses from half of a limit to all of it, which grows to 4 s', () => {
    expect(wayOf(routeOf(targets(1)), always)).toEqual([
      ['a', 0],
      ['a', 187.5],
      ['a', 750],
    ]);
    timing.chance = 0;
    const least = wayOf(routeOf(targets(1), { maxRetries: 4 }), always).map(([, ms]) => ms);
    expect(least).toEqual([0, 125, 500, 2_000, 2_000]);
    timing.chance = 0.999;
    const pauses = wayOf(routeOf(targets(1), { maxRetries: 7 }), always).map(([, ms]) => Math.ceil(ms));
    expect(pauses).toEqual([0, 250, 1_000, 3_998, 3_998, 3_998, 3_998, 3_998]);
  });

  it('goes to targets that were not asked at once, then round', () => {
    expect(wayOf(routeOf(targets(2), { maxRetries: 3 }), always)).toEqual([
      ['a', 0],
      ['b', 0],
      ['a', 187.5],
      ['b', 187.5],
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
      ['a', 7_187.5],
    ]);
  });

  it('asks another target rather than a target that wants to be left alone', () => {
    const faults = [failure({ retryAfterSeconds: 20 }), failure()];
    expect(wayOf(routeOf(targets(2)), faults)).toEqual([
      ['a', 0],
      ['b', 0],
      ['b', 187.5],
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
      ['b', 187.5],
    ]);
    const selector = routeOf([a, b, c]);
    expect(wayOf(selector, [failure()])).toEqual([
      ['b', 0],
      ['c', 0],
    ]);
    calls[0]?.end('neither');
    const step = selector.next(failure(), false);
    expect(step).toMatchObject({ target: a, waitMs: 0 });
  });

  it('begins nowhere when no target takes a request', () => {
    const [target] = targets(1) as [Target];
    Array.from({ length: 9 }, () => target.acquire({ client: 'a' }));
    expect(routeOf([target]).first()).toBeNull();
  });

  describe('of a target whose budget for repetitions has no place', () => {
    /** Answers of the client whose first attempt has failed. */
    function failed(through: readonly Target[], count: number, limits: Partial<SelectorLimits> = {}): Step[] {
      return Array.from({ length: count }, () => {
        const selector = routeOf(through, limits);
        selector.first();
        for (let index = 1; index < through.length; index++) selector.next(failure(), false);
        return selector.next(failure(), false);
      });
    }

    it('waits in line, for 10 s or as long as answers wait for its server', () => {
      const [target] = targets(1) as [Target];
      const steps = failed([target], 4);
      expect(steps.map((step) => step && 'waitMs' in step)).toEqual([true, true, true, false]);
      expect(steps[3]).toMatchObject({ target, placeWithinMs: 10_000 });
      target.noteAnswer();
      expect(failed([target], 1)).toMatchObject([{ placeWithinMs: 60_000 }]);
      expect(failed([target], 1, { endsAt: timing.now() + 5_000 })).toMatchObject([{ placeWithinMs: 5_000 }]);
    });

    it('takes a place that was given back', () => {
      const [target] = targets(1) as [Target];
      failed([target], 3)[0]?.release();
      expect(failed([target], 1)).toMatchObject([{ waitMs: 187.5 }]);
    });

    it('asks another where there is a place', () => {
      const [a, b] = targets(2) as [Target, Target];
      failed([a], 3);
      expect(failed([a, b], 1)).toMatchObject([{ target: b, waitMs: 187.5 }]);
    });

    it('waits in no line when as many wait as may', () => {
      const [target] = targets(1) as [Target];
      expect(failed([target], 3 + 9 + 1).at(-1)).toBeNull();
    });

    it('makes a pause when it has its place, and none when the time is over by then', () => {
      const [target] = targets(1) as [Target];
      const selector = routeOf([target], { endsAt: timing.now() + 1_000 });
      selector.first();
      let given = 0;
      const release = () => given++;
      expect(selector.inPlace(target, release)).toMatchObject({ target, waitMs: 187.5 });
      timing.pass(900);
      expect([selector.inPlace(target, release), given]).toEqual([null, 1]);
    });
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

import { ManualTiming } from '../../../test/support/time/manual-timing.js';
import { type CallResult, CircuitBreaker } from './circuit-breaker.js';

describe('CircuitBreaker', () => {
  let timing: ManualTiming;
  let breaker: CircuitBreaker;
  let changes: boolean[];
  beforeEach(() => {
    timing = new ManualTiming();
    changes = [];
    breaker = new CircuitBreaker(timing.now, (isOut) => changes.push(isOut));
  });

  /** Calls that begin and end while the breaker lets them. */
  function call(count: number, result: CallResult): void {
    for (let index = 0; index < count; index++) breaker.report(breaker.acquire(), result);
  }

  it('lets everything through while fewer than 20 calls have come to an end', () => {
    call(19, 'outage');
    expect(breaker.waitMs()).toBe(0);
  });

  it('takes the target out for 10 s when half of 20 calls are outages', () => {
    call(10, 'answered');
    call(9, 'outage');
    expect(breaker.waitMs()).toBe(0);
    call(1, 'outage');
    expect(breaker.waitMs()).toBe(10_000);
    timing.pass(4_000);
    expect([breaker.waitMs(), changes]).toEqual([6_000, [true]]);
  });

  it('bears outages that are less than half', () => {
    call(101, 'answered');
    call(100, 'outage');
    expect(breaker.waitMs()).toBe(0);
  });

  it('forgets outages after 30 s', () => {
    call(19, 'outage');
    timing.pass(30_000);
    call(19, 'outage');
    expect(breaker.waitMs()).toBe(0);
  });

  it('counts no call that says nothing about the server, nor the begin of an answer', () => {
    call(40, 'neither');
    call(40, 'alive');
    call(40, 'responded');
    call(19, 'outage');
    expect(breaker.waitMs()).toBe(0);
  });

  describe('when the target was out for 10 s', () => {
    beforeEach(() => {
      call(20, 'outage');
      timing.pass(10_000);
    });

    it('lets one call try it, and no other meanwhile', () => {
      expect(breaker.waitMs()).toBe(0);
      breaker.acquire();
      expect(breaker.waitMs()).toBeGreaterThan(0);
      timing.pass(60_000);
      expect(breaker.waitMs()).toBeGreaterThan(0);
    });

    it.each(['responded', 'alive', 'answered'] as const)(
      'is back when that call is %s, with a clean sheet',
      (result) => {
        const probe = breaker.acquire();
        breaker.report(probe, result);
        expect([breaker.waitMs(), changes]).toEqual([0, [true, false]]);
        // The answer that proved it breaks off after all: no more than one outage of many.
        breaker.report(probe, 'outage');
        call(19, 'outage');
        expect(breaker.waitMs()).toBe(0);
        call(1, 'outage');
        expect(breaker.waitMs()).toBe(10_000);
      },
    );

    it('counts what that call comes to after it has put the target back', () => {
      let epoch = breaker.report(breaker.acquire(), 'responded');
      epoch = breaker.report(epoch, 'alive');
      breaker.report(epoch, 'outage');
      call(18, 'outage');
      expect(breaker.waitMs()).toBe(0);
      call(1, 'outage');
      expect([breaker.waitMs(), changes]).toEqual([10_000, [true, false, true]]);
    });

    it('takes it out again when that call is an outage', () => {
      breaker.report(breaker.acquire(), 'outage');
      expect([breaker.waitMs(), changes]).toEqual([10_000, [true]]);
    });

    it('lets the next one try when that call says nothing', () => {
      breaker.report(breaker.acquire(), 'neither');
      expect(breaker.waitMs()).toBe(0);
      breaker.acquire();
      expect(breaker.waitMs()).toBeGreaterThan(0);
    });
  });

  describe('whose server is away', () => {
    beforeEach(() => {
      breaker = new CircuitBreaker(timing.now, (isOut) => changes.push(isOut), 2_000);
      call(19, 'outage');
      call(1, 'away');
    });

    it('is left alone for a shorter time, and again when its probe finds it away', () => {
      expect([breaker.waitMs(), breaker.isAway, breaker.isProbed]).toEqual([2_000, true, false]);
      timing.pass(2_000);
      const probe = breaker.acquire();
      expect([breaker.isAway, breaker.isProbed]).toEqual([true, true]);
      breaker.report(probe, 'away');
      expect([breaker.waitMs(), breaker.isAway]).toEqual([2_000, true]);
    });

    it('is taken out by no answer that finds it away again and again, and not brought back', () => {
      timing.pass(2_000);
      breaker.report(breaker.acquire(), 'still away');
      expect([breaker.waitMs(), breaker.isAway]).toEqual([2_000, true]);
      timing.pass(2_000);
      breaker.report(breaker.acquire(), 'responded');
      call(19, 'away');
      call(100, 'still away');
      expect(breaker.waitMs()).toBe(0);
      call(1, 'away');
      expect(breaker.waitMs()).toBe(2_000);
    });

    it('is not away when its probe fails otherwise, or begins to answer', () => {
      timing.pass(2_000);
      breaker.report(breaker.acquire(), 'outage');
      expect([breaker.waitMs(), breaker.isAway]).toEqual([10_000, false]);
      timing.pass(10_000);
      breaker.report(breaker.acquire(), 'alive');
      expect([breaker.waitMs(), breaker.isAway, changes]).toEqual([0, false, [true, false]]);
    });
  });

  it('believes no call that began before the state of things', () => {
    const early = Array.from({ length: 60 }, () => breaker.acquire());
    early.slice(0, 20).forEach((epoch) => breaker.report(epoch, 'outage'));
    timing.pass(10_000);
    const probe = breaker.acquire();
    early.slice(20, 40).forEach((epoch) => breaker.report(epoch, 'answered'));
    expect(breaker.waitMs()).toBeGreaterThan(0);
    breaker.report(probe, 'alive');
    early.slice(40).forEach((epoch) => breaker.report(epoch, 'outage'));
    expect(breaker.waitMs()).toBe(0);
  });
});

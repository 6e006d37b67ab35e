import { Observable } from 'rxjs';
import {
  anError,
  ASKED,
  failure,
  FINISH,
  finish,
  giveUp,
  retry,
  says,
  ScriptedAttempts,
} from '../../../test/support/model/scripted-attempts.js';
import type { AttemptRecord } from '../completion.js';
import type { Attempt$, AttemptEvent } from '../openai/attempt-event.js';

/** The attempts are scripted, as are clock and chance; all else is real. */
describe('answerInAttempts', () => {
  let run: ScriptedAttempts;
  beforeEach(() => (run = new ScriptedAttempts()));

  describe('an answer without a fault', () => {
    it('is one attempt, within the total time', () => {
      run.answer([says(['Hel', 'lo'])]);
      expect(run.heard).toEqual([
        'Hel',
        'lo',
        finish({ target: 'a/m', outcome: 'answered', durationMs: 0, firstTokenMs: 0 }),
        'complete',
      ]);
      expect(run.asked).toEqual([{ host: 'a', request: ASKED, endsAt: run.timing.now() + 300_000 }]);
      expect(run.failures).toEqual([]);
    });

    it('passes deltas on as they are', () => {
      const delta: AttemptEvent = { type: 'text.delta', text: 'Hi' };
      const heard: unknown[] = [];
      run
        .completion([new Observable((subscriber) => subscriber.next(delta))])
        .subscribe((event) => heard.push(event));
      expect(heard[0]).toBe(delta);
    });

    it('may be empty', () => {
      run.answer([says([])]);
      expect(run.heard).toEqual([
        { ...FINISH, attempt: { target: 'a/m', outcome: 'answered', durationMs: 0 } },
        'complete',
      ]);
    });
  });

  it('tells of each attempt when it begins, and can say what it has come to', () => {
    const running: (() => AttemptRecord)[] = [];
    const onAttempt = (current: () => AttemptRecord) => void running.push(current);
    run.answer([says([], failure()), says(['Hel'], null)], { onAttempt });
    expect(running).toHaveLength(1);
    run.timing.passAll();
    expect(running).toHaveLength(2);
    expect(running[1]!()).toEqual({ target: 'a/m', outcome: 'cancelled', durationMs: 0, firstTokenMs: 0 });
  });

  describe('a failure that may pass', () => {
    it('is reported, and after a pause the same request goes out again', () => {
      run.answer([says(['Hel'], failure({ code: 'model_timeout' })), says(['Hello'])]);
      expect(run.heard).toEqual(['Hel', retry({ target: 'a/m', outcome: 'model_timeout', firstTokenMs: 0 })]);
      expect([run.asked.length, run.timing.pendingCount]).toEqual([1, 1]);
      run.timing.passAll();
      expect(run.heard.slice(2)).toEqual(['Hello', finish(), 'complete']);
      expect(run.asked[1]?.request).toEqual(ASKED);
      expect(run.asked[1]?.endsAt).toBe(run.asked[0]?.endsAt);
      expect(run.failures).toEqual([['a', expect.objectContaining({ code: 'model_timeout' })]]);
    });

    it('ends the answer when it comes after the last retry', () => {
      const fault = failure({ code: 'model_overloaded', retryAfterSeconds: 2 });
      run.answer([says([], failure()), says(['x'], failure()), says(['y'], fault), says(['never'])]);
      run.timing.passAll();
      expect(run.heard).toEqual([retry(), 'x', retry(), 'y', giveUp(), anError('model_overloaded')]);
      expect(run.heard.at(-1)).toMatchObject({ status: 503, retryAfterSeconds: 2, cause: fault });
      expect(run.failures).toHaveLength(3);
    });

    it('sends the request to another target at once', () => {
      run.answer([says([], failure()), says(['Hello'])], { targets: [run.targetAt('a'), run.targetAt('b')] });
      expect(run.heard).toEqual([retry({ target: 'a/m' }), 'Hello', finish({ target: 'b/m' }), 'complete']);
      expect([run.hosts, run.timing.pauses]).toEqual([['a', 'b'], []]);
    });

    it('counts no time before the attempt', () => {
      run.timing.chance = 0.8;
      run.answer([says([], failure()), says(['Hello'])]);
      run.timing.passAll();
      expect(run.timing.pauses).toEqual([225]);
      expect(run.heard.at(-2)).toEqual(finish({ durationMs: 0, firstTokenMs: 0 }));
    });
  });

  it('ends at once after a failure that would come again', () => {
    run.answer([says(['Hel'], failure({ code: 'model_refused', isRetriable: false }))]);
    expect(run.heard).toEqual(['Hel', giveUp({ outcome: 'model_refused' }), anError('model_refused')]);
    expect([run.asked.length, run.timing.pendingCount]).toEqual([1, 0]);
  });

  it('treats a fault of our own as a fault that would come again', () => {
    run.answer([
      new Observable(() => {
        throw new TypeError('x');
      }),
    ]);
    expect(run.heard).toEqual([giveUp({ outcome: 'model_failed' }), anError('model_failed')]);
  });

  describe('the total time', () => {
    it('leaves no attempt that would begin after it (F35)', () => {
      run.answer([says([], failure({ retryAfterSeconds: 5 }))], { totalTimeoutMs: 5_000 });
      expect(run.heard).toEqual([giveUp(), anError('model_failed')]);
      expect(run.timing.pendingCount).toBe(0);
    });

    it('may run out in a pause that lasts longer than it should', () => {
      run.answer([says([], failure()), says(['late'])], { totalTimeoutMs: 1_000 });
      const { now } = run.timing;
      Object.assign(run.timing, { now: () => now() + 1_000 });
      run.timing.pass(187.5);
      expect(run.heard).toEqual([retry(), anError('model_failed')]);
      expect(run.asked).toHaveLength(1);
    });
  });

  describe('unsubscribing', () => {
    it('in a pause leaves no further attempt (F42), and gives its place in the budget back', () => {
      const target = run.targetAt('a');
      for (let index = 0; index < 10; index++) {
        const subscription = run.answer([says([], failure())], { targets: [target] });
        expect(run.heard.at(-1)).toEqual(retry());
        subscription.unsubscribe();
      }
      run.timing.pass(60_000);
      expect([run.asked.length, run.timing.pendingCount]).toEqual([10, 0]);
    });

    it('aborts the attempt, which frees its place and says nothing about the target', () => {
      let aborts = 0;
      const target = run.targetAt('a', 1);
      for (let index = 0; index < 50; index++) {
        const silent$: Attempt$ = new Observable(() => () => aborts++);
        const subscription = run.answer([silent$], { targets: [target] });
        expect(target.retryAfterMs('a')).toBeGreaterThan(0);
        subscription.unsubscribe();
        expect(target.retryAfterMs('a')).toBe(0);
      }
      expect(aborts).toBe(50);
    });

    it('at the news of a failure leaves no further attempt, and no place in the budget taken', () => {
      const target = run.targetAt('a');
      for (let index = 0; index < 10; index++)
        run.answer([says([], failure())], { targets: [target], events: 1 });
      run.timing.pass(60_000);
      expect([run.asked.length, run.timing.pendingCount]).toEqual([10, 0]);
      expect(run.heard.filter((event) => event !== 'complete')).toEqual(
        Array.from({ length: 10 }, () => retry()),
      );
    });
  });
});

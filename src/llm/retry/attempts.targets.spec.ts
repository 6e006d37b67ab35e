import { NEVER, Observable } from 'rxjs';
import {
  anError,
  failure,
  finish,
  giveUp,
  retry,
  says,
  ScriptedAttempts,
} from '../../../test/support/model/scripted-attempts.js';

import type { ModelFailure } from '../model-failure.js';

/** The attempts are scripted, as are clock and chance; all else is real. */
describe('answerInAttempts, of targets that many answers share', () => {
  let run: ScriptedAttempts;
  beforeEach(() => (run = new ScriptedAttempts()));

  describe('places in the budget for repetitions', () => {
    it('are given back when the repetition has begun to answer, or has failed', () => {
      const target = run.targetAt('a');
      for (let index = 0; index < 5; index++) {
        run.answer([says([], failure()), says([], failure()), says(['Hello'], null)], { targets: [target] });
        run.timing.passAll();
        expect(run.heard.slice(-3)).toEqual([retry(), retry(), 'Hello']);
      }
    });

    it('limit how many answers ask a silent target again', () => {
      const target = run.targetAt('a');
      for (let index = 0; index < 10; index++)
        run.answer([says([], failure()), NEVER], { targets: [target] });
      run.timing.passAll();
      expect(run.asked).toHaveLength(10 + 3);
      expect(run.heard.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => retry()));
      expect(run.heard.slice(10)).toEqual(Array.from({ length: 7 }, () => anError('model_failed')));
    });
  });

  describe('a target that is there, beside one whose server is away', () => {
    const limited = (retryAfterSeconds?: number) =>
      failure({ code: 'model_overloaded', isOutage: false, retryAfterSeconds });

    /** 100 answers at once of two targets: the first fails so after 100 ms, the second refuses connections. */
    function askBoth(fault: ModelFailure): { calls: number[]; mostRepeated: number } {
      const [there, away] = [run.targetAt('there', 2_000), run.targetAt('away', 2_000)];
      const calls: number[] = [];
      let repeated = 0;
      let mostRepeated = 0;
      away.noteAnswer();
      for (let index = 0; index < 100; index++) {
        let hasAsked = false;
        run.answer([], {
          targets: [there, away],
          attempt: ({ baseUrl }) =>
            new Observable((subscriber) => {
              if (!baseUrl.includes('there'))
                return subscriber.error(failure({ isAway: true, isUnreached: true }));
              const isRepetition = hasAsked;
              hasAsked = true;
              calls.push(run.timing.now());
              if (isRepetition) mostRepeated = Math.max(mostRepeated, ++repeated);
              return run.timing.after(100, () => {
                if (isRepetition) repeated--;
                subscriber.error(fault);
              });
            }),
        });
      }
      run.timing.passAll();
      return { calls, mostRepeated };
    }

    it('is repeated as its budget allows: a fifth of its requests at once', () => {
      const { calls, mostRepeated } = askBoth(limited());
      expect(mostRepeated).toBeLessThanOrEqual(20);
      expect(calls.length).toBeLessThanOrEqual(300);
    });

    it('is left alone for as long as it asks, while the other is tried', () => {
      const { calls, mostRepeated } = askBoth(limited(10));
      const [first] = calls as [number];
      expect(mostRepeated).toBeLessThanOrEqual(20);
      expect(calls.filter((at) => at > first && at < first + 10_000)).toEqual([]);
      expect(calls.length).toBeGreaterThan(100);
    });

    it('is asked as soon as it is free, when it was full at first', () => {
      const [full, away] = [run.targetAt('full', 1), run.deadTargetAt('away')];
      const call = full.acquire({ client: 'b' });
      away.noteAnswer();
      run.timing.pass(10_000);
      away.acquire({ client: 'b' }).end('away');
      const refused = says([], failure({ isAway: true, isUnreached: true }));
      run.answer([refused, says(['Hello'])], { targets: [full, away] });
      expect(run.asked).toEqual([]);
      call.end('answered');
      run.timing.passAll();
      expect([run.hosts, run.heard]).toEqual([
        ['away', 'full'],
        expect.arrayContaining(['Hello', 'complete']),
      ]);
    });
  });

  describe('a target whose server is back', () => {
    /** It was away, and takes 100 s from the head of an answer to its first token. */
    it('serves others from the head of the answer that tries it, and not only from its first token', () => {
      const target = run.targetAt('a');
      target.noteAnswer();
      for (let index = 0; index < 20; index++) target.acquire({ client: 'a' }).end('away');
      run.timing.pass(2_000);
      const { now, after } = run.timing;
      const from = now();
      const slow = (onAnswer?: () => void) =>
        new Observable<never>(() => {
          onAnswer?.();
          return after(100_000, () => undefined);
        });
      run.answer([], { targets: [target], client: 'x', attempt: (_, __, { onAnswer }) => slow(onAnswer) });
      run.answer([says(['Hello'])], { targets: [target], client: 'y' });
      expect([run.heard.slice(-3), now() - from]).toEqual([['Hello', finish(), 'complete'], 0]);
    });
  });

  describe('targets that take no request', () => {
    it('refuse the answer at once, with the time when the first of them may be back (F81)', () => {
      const targets = [run.deadTargetAt('a')];
      run.timing.pass(2_500);
      targets.push(run.deadTargetAt('b'));
      run.answer([], { targets });
      expect(run.heard).toEqual([anError('model_failed')]);
      expect(run.heard[0]).toMatchObject({
        status: 502,
        retryAfterSeconds: 8,
        message: expect.stringContaining('leaves it alone') as string,
      });
      expect([run.asked, run.failures.map(([host]) => host)]).toEqual([[], [undefined]]);
    });

    it('are passed over', () => {
      run.answer([says(['Hello'])], { targets: [run.deadTargetAt('a'), run.targetAt('b')] });
      expect(run.hosts).toEqual(['b']);
    });

    it('are full when they have as many requests in flight as they may', () => {
      const targets = [run.targetAt('a', 2), run.targetAt('b', 1)];
      for (let index = 0; index < 4; index++) run.answer([says(['Hello'], null)], { targets });
      expect(run.hosts).toEqual(['a', 'a', 'b']);
      expect(run.heard.at(-1)).toMatchObject({ code: 'model_overloaded', retryAfterSeconds: 1 });
    });

    it('end the answer when they are filled in the pause before it', () => {
      const target = run.targetAt('a', 1);
      run.answer([says([], failure())], { targets: [target] });
      target.acquire({ client: 'a' });
      run.timing.passAll();
      expect(run.heard).toEqual([retry(), anError('model_failed')]);
    });

    it('are tried by one answer when they were out for 10 s', () => {
      const targets = [run.deadTargetAt('a')];
      run.timing.pass(10_000);
      run.answer([says([], null)], { targets });
      run.answer([], { targets });
      expect(run.heard).toEqual([anError('model_failed')]);
      expect(run.hosts).toEqual(['a']);
    });

    it("are not those whose failures are a caller's fault, or a limit of one key", () => {
      const target = run.targetAt('a');
      const refusals = [failure({ code: 'model_refused', isRetriable: false, isOutage: false })];
      refusals.push(failure({ code: 'model_overloaded', isRetriable: true, isOutage: false }));
      for (let index = 0; index < 50; index++)
        run.answer([says([], refusals[index % 2])], { targets: [target], maxRetries: 0 });
      expect([run.asked.length, target.retryAfterMs('a')]).toEqual([50, 0]);
    });

    it('are those of an answer whose attempts fail', () => {
      const target = run.targetAt('a');
      for (let index = 0; index < 7; index++) {
        run.answer([says([], failure()), says(['x'], failure()), says([], failure())], { targets: [target] });
        run.timing.passAll();
      }
      // The third attempt of the seventh answer would be the 21st.
      expect([run.asked.length, target.retryAfterMs('a') > 0]).toEqual([20, true]);
      expect(run.heard.slice(-2)).toEqual([giveUp(), anError('model_failed')]);
    });
  });
});

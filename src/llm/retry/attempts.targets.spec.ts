import { NEVER } from 'rxjs';
import {
  anError,
  failure,
  giveUp,
  retry,
  says,
  ScriptedAttempts,
} from '../../../test/support/model/scripted-attempts.js';

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
        expect(run.told.slice(-3)).toEqual([retry(), retry(), 'Hello']);
      }
    });

    it('limit how many answers ask a silent target again', () => {
      const target = run.targetAt('a');
      for (let index = 0; index < 10; index++)
        run.answer([says([], failure()), NEVER], { targets: [target] });
      run.timing.passAll();
      expect(run.asked).toHaveLength(10 + 3);
      expect(run.told.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => retry()));
      expect(run.told.slice(10)).toEqual(Array.from({ length: 7 }, () => anError('model_failed')));
    });
  });

  describe('targets that take no request', () => {
    it('refuse the answer at once, with the time when the first of them may be back (F81)', () => {
      const targets = [run.deadTargetAt('a')];
      run.timing.pass(2_500);
      targets.push(run.deadTargetAt('b'));
      run.answer([], { targets });
      expect(run.told).toEqual([anError('model_failed')]);
      expect(run.told[0]).toMatchObject({
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
      expect(run.told.at(-1)).toMatchObject({ code: 'model_overloaded', retryAfterSeconds: 1 });
    });

    it('end the answer when they are filled in the pause before it', () => {
      const target = run.targetAt('a', 1);
      run.answer([says([], failure())], { targets: [target] });
      target.acquire({ client: 'a' });
      run.timing.passAll();
      expect(run.told).toEqual([retry(), anError('model_failed')]);
    });

    it('are tried by one answer when they were out for 10 s', () => {
      const targets = [run.deadTargetAt('a')];
      run.timing.pass(10_000);
      run.answer([says([], null)], { targets });
      run.answer([], { targets });
      expect(run.told).toEqual([anError('model_failed')]);
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
      expect(run.told.slice(-2)).toEqual([giveUp(), anError('model_failed')]);
    });
  });
});

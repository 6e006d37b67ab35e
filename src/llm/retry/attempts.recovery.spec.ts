import { NEVER } from 'rxjs';
import {
  anError,
  failure,
  finish,
  giveUp,
  retry,
  says,
  ScriptedAttempts,
} from '../../../test/support/model/scripted-attempts.js';
import { AppError } from '../../common/errors/app-error.js';
import type { Attempt$ } from '../openai/attempt-event.js';
import type { Target } from '../targets/target.js';
import { toContinuationRequest } from './continuation.js';

const WAIT_MS = 60_000;

const refused = () => says([], failure({ isAway: true, isUnreached: true }));

/** The attempts are scripted, as are clock and chance; all else is real. */
describe('answerInAttempts, of a server that is away', () => {
  let run: ScriptedAttempts;
  beforeEach(() => (run = new ScriptedAttempts()));

  /** A target whose server has answered before. */
  function known(host = 'a', maxInFlight = 2_000): Target {
    const target = run.targetAt(host, maxInFlight);
    target.noteAnswer();
    return target;
  }

  const refusals = (count: number): Attempt$[] => Array.from({ length: count }, refused);

  it('waits for it beside the retries, with pauses that grow', () => {
    run.answer([...refusals(6), says(['Hello'])], { targets: [known()], maxRetries: 0 });
    run.timing.passAll();
    expect(run.timing.pauses).toEqual([187.5, 375, 750, 1_500, 3_000, 3_750]);
    expect(run.heard).toEqual([...Array<unknown>(6).fill(retry()), 'Hello', finish(), 'complete']);
  });

  it('tries it once more at the end of the wait, and then says that it failed', () => {
    const from = run.timing.now();
    run.answer(refusals(100), { targets: [known()] });
    run.timing.passAll();
    expect(run.timing.now() - from).toBe(WAIT_MS);
    expect(run.asked.length).toBeLessThanOrEqual(28);
    expect(run.heard.slice(-2)).toEqual([giveUp(), anError('model_failed')]);
  });

  it('does not wait beyond the total time', () => {
    const from = run.timing.now();
    run.answer(refusals(100), { targets: [known()], totalTimeoutMs: 5_000 });
    run.timing.passAll();
    expect(run.timing.now() - from).toBe(5_000);
    expect(run.heard.at(-1)).toEqual(anError('model_failed'));
  });

  it('does not wait for a server that has never answered: its address may be wrong', () => {
    run.answer(refusals(100), { targets: [run.targetAt('a')] });
    run.timing.passAll();
    expect(run.asked).toHaveLength(3);
    expect(run.timing.pauses).toEqual([187.5, 750]);
    expect(run.heard.at(-1)).toEqual(anError('model_failed'));
  });

  it('asks another target first, and waits when no other is left', () => {
    const targets = [known('a'), known('b')];
    const tooLate = says([], failure({ code: 'model_timeout', isElsewhereOnly: true }));
    run.answer([refused(), tooLate, refused(), says(['Hello'])], { targets });
    expect(run.hosts).toEqual(['a', 'b']);
    run.timing.passAll();
    expect(run.hosts).toEqual(['a', 'b', 'a', 'a']);
    expect(run.heard).toContain('Hello');
  });

  it('does not wait for it when another target has failed as often as it may', () => {
    const targets = [known('a'), known('b')];
    run.answer([refused(), says([], failure()), says(['never'])], { targets, maxRetries: 0 });
    run.timing.passAll();
    expect(run.hosts).toEqual(['a', 'b']);
    expect(run.heard.at(-1)).toEqual(anError('model_failed'));
  });

  it('goes on with the kept text when the server is back', () => {
    const broken = says(['Hel'], failure({ isAway: true }));
    run.answer([broken, ...refusals(4), says(['lo'])], {
      targets: [known()],
      maxRetries: 1,
      keptText: () => 'Hel',
    });
    run.timing.passAll();
    expect(run.asked.at(-1)?.request).toEqual(
      toContinuationRequest(run.asked[0]!.request, 'Hel', { mode: 'instruct' }),
    );
    expect(run.heard.slice(-3)).toEqual(['lo', expect.objectContaining({ type: 'finish' }), 'complete']);
  });

  it('counts an attempt that had a token: a server that breaks every answer off is not asked for a minute', () => {
    const broken = () => says(['Hel'], failure({ isAway: true }));
    run.answer(Array.from({ length: 100 }, broken), { targets: [known()], maxRetries: 2 });
    run.timing.passAll();
    expect(run.asked).toHaveLength(3);
  });

  it.each([0, 1, 2])(
    'asks no more often than with its retries when each takes the request: %s',
    (maxRetries) => {
      const cutOff = () => says([], failure({ isAway: true }));
      run.answer(Array.from({ length: 100 }, cutOff), { targets: [known()], maxRetries });
      run.timing.passAll();
      expect(run.asked).toHaveLength(1 + maxRetries);
      expect(run.heard.slice(-2)).toEqual([giveUp(), anError('model_failed')]);
    },
  );

  it('waits beside the retries after a request that the server took when it went away', () => {
    const cutOff = says([], failure({ isAway: true }));
    run.answer([cutOff, ...refusals(8), says(['Hello'])], { targets: [known()], maxRetries: 1 });
    run.timing.passAll();
    expect([run.asked.length, run.heard]).toEqual([10, expect.arrayContaining(['Hello', 'complete'])]);
  });

  it.each([
    [20, [20_093.75]],
    [70, []],
  ])(
    'waits as long as the server asks for, when that is within the wait: %s s',
    (retryAfterSeconds, pauses) => {
      const asksForRest = says([], failure({ isAway: true, isUnreached: true, retryAfterSeconds }));
      run.answer([asksForRest, says(['Hello'])], { targets: [known()] });
      run.timing.passAll();
      expect(run.timing.pauses).toEqual(pauses);
      if (pauses.length === 0) expect(run.heard.at(-1)).toMatchObject({ retryAfterSeconds });
    },
  );

  it('ends with its subscriber, at once, and leaves its place among those who wait', () => {
    const target = known('a', 1);
    for (let times = 0; times < 5; times++) {
      const subscription = run.answer([refused()], { targets: [target] });
      expect([run.timing.pendingCount, target.waitInLine('b')]).toEqual([1, null]);
      subscription.unsubscribe();
      expect(run.timing.pendingCount).toBe(0);
    }
    run.timing.pass(WAIT_MS);
    expect(run.asked).toHaveLength(5);
  });

  it('holds no place of a request while it waits, and no more answers wait than requests may be in flight', () => {
    const target = known('a', 2);
    for (let index = 0; index < 3; index++) run.answer([refused()], { targets: [target] });
    expect(run.heard).toEqual([retry(), retry(), giveUp(), anError('model_failed')]);
    expect(target.retryAfterMs('b')).toBe(0);
  });

  it('has its begin and its end in the log, and not each pause', () => {
    const waits: string[] = [];
    run.answer(refusals(100), { targets: [known()], onWait: ({ host }) => waits.push(host) });
    run.timing.passAll();
    expect([run.failures.length, waits]).toEqual([2, ['a']]);
  });

  describe('that many answers wait for', () => {
    /** 1,000 answers of a server that is away, and is back later. */
    function askThousand(target: Target, awayMs: number): number[] {
      const from = run.timing.now();
      const connects: number[] = [];
      let isBack = false;
      run.timing.after(awayMs, () => (isBack = true));
      let draws = 0;
      Object.assign(run.timing, { random: () => (++draws * 0.618_034) % 1 });
      for (let index = 0; index < 1_000; index++) {
        run.answer([], {
          targets: [target],
          attempt: (_config, _request, { onToken }) => {
            connects.push(run.timing.now() - from);
            if (!isBack) return refused();
            onToken?.();
            return says(['Hello']);
          },
        });
      }
      run.timing.passAll();
      return connects;
    }

    it('is tried by one at a time, and answers all of them when it is back', () => {
      const connects = askThousand(known(), 20_000);
      const texts = run.heard.filter((event) => event === 'Hello');
      expect(texts).toHaveLength(1_000);
      expect(run.heard.filter((event) => event instanceof AppError)).toEqual([]);
      // Until the breaker opened, then one in two seconds.
      expect(connects.filter((at) => at < 20_000).length).toBeLessThanOrEqual(20 + 10);
      // They do not all come at once: in no tenth of a second more than a tenth of them.
      const tenths = new Map<number, number>();
      for (const at of connects)
        tenths.set(Math.floor(at / 100), (tenths.get(Math.floor(at / 100)) ?? 0) + 1);
      expect(Math.max(...tenths.values())).toBeLessThanOrEqual(100);
    });

    it('fails all of them when it does not come back', () => {
      askThousand(known(), 10 * WAIT_MS);
      expect(run.heard.filter((event) => event instanceof AppError)).toHaveLength(1_000);
      expect(run.timing.pendingCount).toBe(0);
    });
  });

  describe('whose target is left alone already', () => {
    function awayTarget(): Target {
      const target = known();
      for (let index = 0; index < 20; index++) target.acquire({ client: 'a' }).end('away');
      return target;
    }

    it('is waited for by a new question, which tries it', () => {
      run.answer([says(['Hello'])], { targets: [awayTarget()] });
      expect(run.asked).toEqual([]);
      run.timing.passAll();
      expect(run.heard).toEqual(['Hello', finish(), 'complete']);
      expect(run.timing.pauses).toEqual([2_093.75]);
    });

    it('is waited for longer while one request tries it, which may be what loads its model', () => {
      const target = awayTarget();
      run.timing.pass(2_000);
      run.answer([NEVER], { targets: [target] });
      run.answer([says(['Hello'])], { targets: [target], totalTimeoutMs: 200_000 });
      run.timing.pass(WAIT_MS + 20_000);
      expect(run.heard).toEqual([]);
      run.timing.passAll();
      expect(run.heard).toEqual([anError('model_failed')]);
    });

    it('but because it failed otherwise, is not waited for', () => {
      const target = run.deadTargetAt('a');
      target.noteAnswer();
      run.answer([], { targets: [target] });
      expect(run.heard).toEqual([anError('model_failed')]);
    });
  });
});

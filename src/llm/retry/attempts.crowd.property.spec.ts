import fc from 'fast-check';
import { NEVER, Observable, type Subscription } from 'rxjs';
import { runs } from '../../../test/property/runs.js';
import { failure, FINISH, ScriptedAttempts } from '../../../test/support/model/scripted-attempts.js';
import type { Attempt$, AttemptEvent, AttemptRun } from '../openai/attempt-event.js';
import type { Target } from '../targets/target.js';

const MAX_RETRIES = 2;
const MAX_IN_FLIGHT = 60;

/** One answer among many. */
const member = fc.record({
  beginsAfterMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat({ max: 2_000 })),
  /** So many of its attempts fail: the last that it may have does not. */
  failures: fc.nat({ max: MAX_RETRIES }),
  /** Whether they have a token before they fail. */
  failsInTheMiddle: fc.boolean(),
  failsAfterMs: fc.oneof({ weight: 3, arbitrary: fc.constant(100) }, fc.nat({ max: 500 })),
  tokenAfterMs: fc.nat({ max: 300 }),
  endsAfterMs: fc.nat({ max: 2_000 }),
  /** After so many milliseconds its reader leaves; null: never. */
  leavesAfterMs: fc.option(fc.nat({ max: 5_000 }), { freq: 5 }),
});

type Member = typeof member extends fc.Arbitrary<infer T> ? T : never;

const crowd = fc.record({
  members: fc.array(member, { minLength: 1, maxLength: MAX_IN_FLIGHT }),
  seed: fc.nat({ max: 1_000 }),
});

/** Plays many answers of one target, and notes what the target is asked. */
class Crowd {
  readonly run = new ScriptedAttempts();
  readonly target: Target;
  readonly calls: number[];
  readonly completed = new Set<number>();
  readonly left = new Set<number>();
  /** Moments at which more repetitions had no token than the budget may have allowed. */
  readonly excesses: string[] = [];
  private readonly open = new Set<object>();
  private readonly silent = new Set<object>();
  private mostOpen = 0;

  constructor({ members, seed }: { members: readonly Member[]; seed: number }) {
    this.target = this.run.targetAt('a', 2 * MAX_IN_FLIGHT);
    this.target.noteAnswer();
    let draws = seed;
    Object.assign(this.run.timing, { random: () => (++draws * 0.618_034) % 1 });
    this.calls = members.map(() => 0);
    members.forEach((each, index) =>
      this.run.timing.after(each.beginsAfterMs, () => this.begin(each, index)),
    );
    this.run.timing.passAll();
  }

  /** Whether all places are free again. */
  get isIdle(): boolean {
    const held = Array.from({ length: 3 }, () => this.target.bookRetry());
    const inFlight = Array.from({ length: 2 * MAX_IN_FLIGHT }, () => this.target.reserve('a'));
    return [...held, ...inFlight].every((place) => place !== null) && this.run.timing.pendingCount === 0;
  }

  private begin(given: Member, index: number): void {
    const subscription: Subscription = this.run
      .completion([], {
        targets: [this.target],
        maxRetries: MAX_RETRIES,
        attempt: (_config, _request, run) => this.attempt(given, index, run),
      })
      .subscribe({ complete: () => this.completed.add(index), error: () => undefined });
    if (given.leavesAfterMs !== null)
      this.run.timing.after(given.leavesAfterMs, () => this.leave(index, subscription));
  }

  private leave(index: number, subscription: Subscription): void {
    if (!subscription.closed) this.left.add(index);
    subscription.unsubscribe();
  }

  private attempt(given: Member, index: number, { onToken }: AttemptRun): Attempt$ {
    const isRepetition = this.calls[index]! > 0;
    const fails = this.calls[index]! < given.failures;
    this.calls[index]!++;
    if (this.calls[index]! > 1 + MAX_RETRIES) return NEVER;
    return new Observable((subscriber) => {
      const call = {};
      this.open.add(call);
      if (isRepetition) this.silent.add(call);
      this.check();
      subscriber.add(() => {
        this.open.delete(call);
        this.silent.delete(call);
      });
      const say = () => {
        this.silent.delete(call);
        onToken?.();
        subscriber.next({ type: 'text.delta', text: 'x' } satisfies AttemptEvent);
      };
      const end = () => {
        // Of no outage: the breaker has tests of its own.
        if (fails) return subscriber.error(failure({ isOutage: false }));
        subscriber.next(FINISH);
        subscriber.complete();
      };
      const { after } = this.run.timing;
      if (!fails || given.failsInTheMiddle) subscriber.add(after(given.tokenAfterMs, say));
      subscriber.add(
        after(fails ? given.tokenAfterMs + given.failsAfterMs : given.tokenAfterMs + given.endsAfterMs, end),
      );
    });
  }

  private check(): void {
    this.mostOpen = Math.max(this.mostOpen, this.open.size);
    const most = Math.max(3, Math.floor(this.mostOpen / 5));
    if (this.silent.size > most) this.excesses.push(`${this.silent.size} of ${this.mostOpen}`);
  }
}

describe('answerInAttempts, of many answers that fail together', () => {
  it('loses none that the server answers again, and repeats no more at once than the budget allows', () => {
    fc.assert(
      fc.property(crowd, (given) => {
        const played = new Crowd(given);
        expect(played.excesses).toEqual([]);
        expect(Math.max(...played.calls)).toBeLessThanOrEqual(1 + MAX_RETRIES);
        const all = given.members.map((_, index) => index);
        const lost = all.filter((index) => !played.completed.has(index) && !played.left.has(index));
        expect(lost).toEqual([]);
        expect(played.isIdle).toBe(true);
      }),
      { numRuns: runs(200) },
    );
  });
});

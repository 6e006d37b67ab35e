import { NEVER } from 'rxjs';
import {
  anError,
  failure,
  finish,
  retry,
  says,
  ScriptedAttempts,
} from '../../../test/support/model/scripted-attempts.js';
import type { Attempt$ } from '../openai/attempt-event.js';
import type { Target } from '../targets/target.js';

const PAUSE_MS = 187.5;

/** The attempts are scripted, as are clock and chance; all else is real. */
describe('answerInAttempts, of answers that fail at the same moment', () => {
  let run: ScriptedAttempts;
  let target: Target;
  beforeEach(() => {
    run = new ScriptedAttempts();
    target = run.targetAt('a');
    // As on a target in use, so that the failures alone do not take it out of service.
    for (let index = 0; index < 30; index++) target.acquire({ client: 'a' }).end('answered');
  });

  /** One of them, and what its repetition does. */
  const fail = (repetition: Attempt$) => run.answer([says([], failure()), repetition], { targets: [target] });

  it('repeats three, and each of the others as soon as one of those has its first token', () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) fail(says([name]));
    run.timing.pass(PAUSE_MS);
    expect(run.heard.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => retry()));
    expect(run.heard.filter((event) => typeof event === 'string' && event !== 'complete')).toEqual([
      'a',
      'b',
      'c',
    ]);
    run.timing.pass(PAUSE_MS);
    expect(run.heard.slice(-6)).toEqual(['d', finish(), 'complete', 'e', finish(), 'complete']);
    expect(run.timing.pendingCount).toBe(0);
  });

  it('fails those that have no place when their wait is over', () => {
    const from = run.timing.now();
    for (let index = 0; index < 5; index++) fail(NEVER);
    run.timing.passAll();
    expect(run.timing.now() - from).toBe(10_000);
    expect(run.heard.slice(5)).toEqual([anError('model_failed'), anError('model_failed')]);
    expect([run.asked.length, run.timing.pendingCount]).toEqual([5 + 3, 0]);
  });

  it('has them wait for as long as for a server that is away, where that holds', () => {
    target.noteAnswer();
    const from = run.timing.now();
    for (let index = 0; index < 4; index++) fail(NEVER);
    run.timing.passAll();
    expect(run.timing.now() - from).toBe(60_000);
    expect(run.heard.at(-1)).toEqual(anError('model_failed'));
  });

  it('has none wait beyond its total time', () => {
    const from = run.timing.now();
    for (let index = 0; index < 4; index++)
      run.answer([says([], failure()), NEVER], { targets: [target], totalTimeoutMs: 3_000 });
    run.timing.passAll();
    expect(run.timing.now() - from).toBe(3_000);
    expect([run.asked.length, run.heard.at(-1)]).toEqual([4 + 3, anError('model_failed')]);
  });

  it('lets a reader leave the line at once, and serves the one behind it', () => {
    const holders = Array.from({ length: 3 }, () => fail(NEVER));
    const leaver = fail(says(['never']));
    fail(says(['next']));
    const waiting = run.timing.pendingCount;
    leaver.unsubscribe();
    expect(run.timing.pendingCount).toBe(waiting - 1);
    holders[0]!.unsubscribe();
    run.timing.pass(PAUSE_MS);
    expect(run.heard).toContain('next');
    expect(run.heard).not.toContain('never');
  });

  it('passes the place of a reader that leaves in its pause to the next', () => {
    const holders = Array.from({ length: 3 }, () => fail(NEVER));
    fail(says(['next']));
    holders[1]!.unsubscribe();
    run.timing.pass(PAUSE_MS);
    expect(run.heard).toContain('next');
  });

  it('passes the place of one whose time is over to the next', () => {
    const holders = Array.from({ length: 3 }, () => fail(NEVER));
    run.answer([says([], failure()), says(['late'])], { targets: [target], totalTimeoutMs: 1_000 });
    fail(says(['next']));
    run.timing.pass(900);
    holders[0]!.unsubscribe();
    // It would not have its place before its time is over.
    expect(run.heard.at(-1)).toEqual(anError('model_failed'));
    run.timing.pass(PAUSE_MS);
    expect(run.heard).toContain('next');
    expect(run.heard).not.toContain('late');
  });

  it('holds none of the requests in flight while it waits, and no more wait than those may be', () => {
    target = run.targetAt('a', 4);
    for (let index = 0; index < 3 + 4 + 1; index++) fail(NEVER);
    expect(run.heard.filter((event) => typeof event !== 'object' || !('type' in event))).toEqual([
      anError('model_failed'),
    ]);
    expect(target.retryAfterMs('b')).toBe(0);
  });

  it('fails those that wait when the target is taken out of service', () => {
    target = run.targetAt('a');
    for (let index = 0; index < 5; index++) fail(NEVER);
    for (let index = 0; index < 15; index++) target.acquire({ client: 'a' }).end('outage');
    // Those in line at once, those in a pause at its end.
    expect(run.heard.slice(5)).toEqual([anError('model_failed'), anError('model_failed')]);
    run.timing.passAll();
    expect(run.heard.slice(5)).toEqual(Array.from({ length: 5 }, () => anError('model_failed')));
    expect([run.asked.length, run.timing.pendingCount]).toEqual([5, 0]);
  });

  it('has them wait for the server when it is taken out of service because that is away', () => {
    target = run.targetAt('a');
    target.noteAnswer();
    for (let index = 0; index < 5; index++) fail(says(['Hello']));
    for (let index = 0; index < 15; index++) target.acquire({ client: 'a' }).end('away');
    run.timing.passAll();
    expect(run.heard.filter((event) => event === 'Hello')).toHaveLength(5);
  });

  it('has those that wait go to another target when theirs is taken out of service', () => {
    const other = run.targetAt('b');
    for (let index = 0; index < 3; index++) fail(NEVER);
    const held = Array.from({ length: 3 }, () => other.bookRetry());
    run.answer([says([], failure()), says([], failure()), says(['Hello'])], { targets: [target, other] });
    held[0]!();
    for (let index = 0; index < 60 && target.isInService; index++)
      target.acquire({ client: 'a' }).end('outage');
    run.timing.pass(1_000);
    expect(run.heard).toContain('Hello');
    expect(run.hosts.at(-1)).toBe('b');
  });
});

import { jest } from '@jest/globals';
import { from, lastValueFrom, NEVER, Observable, Subject, toArray } from 'rxjs';
import { COMPLETED, logOf, turnOf, USAGE } from '../../../test/support/service/running-turn.js';
import { AppError } from '../../common/errors/app-error.js';
import { MAX_REASONING_UNITS } from '../domain/split-delta.js';
import type { TurnEvent, TurnEventBody } from '../domain/turn-event.js';
import { foldAnswer, foldReasoning } from '../domain/turn-fold.js';
import type { GenerationEvent } from './generation-event.js';
import type { RecordedEnd } from '../turn/turn-end.js';
import { TurnObservers } from './turn-observers.js';

function collect(events$: Observable<TurnEvent>): { seen: TurnEvent[]; completed: () => boolean } {
  const seen: TurnEvent[] = [];
  let completed = false;
  events$.subscribe({ next: (event) => seen.push(event), complete: () => (completed = true) });
  return { seen, completed: () => completed };
}

describe('RunningTurn', () => {
  it('lets the terminal event pass only after the outcome is stored', async () => {
    const recorded = Promise.withResolvers<RecordedEnd>();
    const generation$ = new Subject<GenerationEvent>();
    const { turn } = turnOf(generation$, { record: () => recorded.promise });
    turn.start();
    const { seen, completed } = collect(turn.read());
    generation$.next({ type: 'text.delta', text: 'a' });
    generation$.next(COMPLETED);
    await Promise.resolve();
    expect(seen.map(({ type }) => type)).toEqual(['turn.started', 'text.delta']);
    recorded.resolve({ isStored: true });
    await turn.ended;
    expect(seen.at(-1)).toEqual({ ...COMPLETED, seq: 3 });
    expect(completed()).toBe(true);
  });

  it('tells the end that holds when its own could not be stored, and nothing that waited for the log', async () => {
    const generation$ = new Subject<GenerationEvent>();
    const error = new AppError('database_unavailable', 'It could not be stored.');
    const { turn } = turnOf(generation$, {
      log: logOf(() => new Promise(() => undefined)),
      record: () =>
        Promise.resolve({ isStored: false, tail: (seq) => [{ type: 'turn.failed', error, seq: seq + 1 }] }),
    });
    turn.start();
    const { seen } = collect(turn.read());
    generation$.next({ type: 'text.delta', text: 'a' });
    generation$.next({ type: 'text.committed' });
    generation$.next({ type: 'text.delta', text: 'b' });
    generation$.next(COMPLETED);
    await turn.ended;
    expect(seen.map(({ type }) => type)).toEqual(['turn.started', 'text.delta', 'turn.failed']);
    expect(seen.at(-1)).toEqual({ type: 'turn.failed', error, seq: 3 });
  });

  it('lets a BREAK and what follows it pass only when what it ends is stored', async () => {
    const flushes: PromiseWithResolvers<boolean>[] = [];
    const generation$ = new Subject<GenerationEvent>();
    const { turn } = turnOf(generation$, {
      log: logOf(() => {
        flushes.push(Promise.withResolvers<boolean>());
        return flushes.at(-1)!.promise;
      }),
    });
    turn.start();
    const { seen } = collect(turn.read());
    for (const text of ['a', 'b', 'c']) {
      generation$.next({ type: 'text.delta', text });
      generation$.next({ type: 'text.committed' });
    }
    const told = () => seen.map((event) => (event.type === 'text.delta' ? event.text : event.type)).slice(1);
    expect(told()).toEqual(['a']);
    flushes[0]!.resolve(true);
    await flushes[0]!.promise;
    expect(told()).toEqual(['a', 'text.committed', 'b']);
    const later = collect(turn.read(2));
    expect(later.seen.map(({ seq }) => seq)).toEqual([3, 4]);
    flushes[1]!.resolve(true);
    flushes[2]!.resolve(true);
    await flushes[2]!.promise;
    expect(told()).toEqual(['a', 'text.committed', 'b', 'text.committed', 'c', 'text.committed']);
    expect(later.seen.map(({ seq }) => seq)).toEqual([3, 4, 5, 6, 7]);
  });

  it('gives a reader that is ahead of what it may tell nothing twice', async () => {
    const logged = Promise.withResolvers<boolean>();
    const generation$ = new Subject<GenerationEvent>();
    const { turn } = turnOf(generation$, { log: logOf(() => logged.promise) });
    turn.start();
    for (const text of ['a', 'b']) {
      generation$.next({ type: 'text.delta', text });
      generation$.next({ type: 'text.committed' });
    }
    // It had these of another replica, which found them stored.
    const { seen } = collect(turn.read(4));
    logged.resolve(true);
    await logged.promise;
    generation$.next({ type: 'text.delta', text: 'c' });
    generation$.next(COMPLETED);
    await turn.ended;
    expect(seen.map(({ seq }) => seq)).toEqual([5, 6, 7]);
  });

  it('fails, without the BREAK, when that can no longer be stored', async () => {
    const error = new AppError('turn_interrupted', 'Ended elsewhere.');
    const generation$ = new Subject<GenerationEvent>();
    const { turn } = turnOf(generation$, {
      log: logOf(() => Promise.resolve(false)),
      record: () =>
        Promise.resolve({ isStored: false, tail: (seq) => [{ type: 'turn.failed', error, seq: seq + 1 }] }),
    });
    turn.start();
    const { seen } = collect(turn.read());
    generation$.next({ type: 'text.delta', text: 'a' });
    generation$.next({ type: 'text.committed' });
    await turn.ended;
    expect(seen.map(({ type }) => type)).toEqual(['turn.started', 'text.delta', 'turn.failed']);
    expect(generation$.observed).toBe(false);
  });

  it('tells a reader its end, wherever the reader says it was', async () => {
    const { turn } = turnOf(from([COMPLETED]));
    turn.start();
    await turn.ended;
    for (const seq of [1, 2, 99]) {
      expect(await lastValueFrom(turn.read(seq).pipe(toArray()))).toEqual([{ ...COMPLETED, seq: 2 }]);
    }
  });

  it('aborts the generation at once when it is cancelled, and keeps the partial text', async () => {
    let aborted = false;
    const generation$ = new Observable<TurnEventBody>((subscriber) => {
      subscriber.next({ type: 'text.delta', text: 'half an ans' });
      return () => (aborted = true);
    });
    const { turn, ends } = turnOf(generation$);
    turn.start();
    turn.cancel();
    expect(aborted).toBe(true);
    await turn.ended;
    expect(ends).toMatchObject([
      { outcome: { status: 'cancelled', by: 'caller', usage: USAGE }, answer: 'half an ans', sources: [] },
    ]);
  });

  it('yields to another question only when its readers have left, here and elsewhere', async () => {
    let isReadElsewhere = true;
    const { turn, ends } = turnOf(NEVER, { isReadElsewhere: () => Promise.resolve(isReadElsewhere) });
    turn.start();
    // Its reader may still be on its way.
    isReadElsewhere = false;
    await turn.yield();
    expect(ends).toEqual([]);
    const reading = turn.read().subscribe();
    turn.noteLeft();
    await turn.yield();
    expect(ends).toEqual([]);
    reading.unsubscribe();
    isReadElsewhere = true;
    await turn.yield();
    expect(ends).toEqual([]);
    isReadElsewhere = false;
    await turn.yield();
    expect(ends).toMatchObject([{ outcome: { status: 'cancelled', by: 'next question' } }]);
  });

  it('yields when its caller has left before it read', async () => {
    const { turn, ends } = turnOf(NEVER);
    turn.start();
    turn.noteLeft();
    await turn.yield();
    expect(ends).toHaveLength(1);
  });

  it('takes nothing after its end: the first outcome holds', async () => {
    const generation$ = new Subject<TurnEventBody>();
    const { turn, ends } = turnOf(generation$);
    turn.start();
    generation$.next(COMPLETED);
    generation$.next({ type: 'text.delta', text: 'late' });
    turn.cancel();
    turn.fail(new AppError('turn_interrupted', 'Late.'));
    await turn.ended;
    expect(ends).toHaveLength(1);
    expect(ends[0]!.outcome.status).toBe('completed');
  });

  it('ends as failed even when storing breaks its promise and rejects', async () => {
    const { turn } = turnOf(from([COMPLETED]), { record: () => Promise.reject(new Error('broken')) });
    turn.start();
    const events = await lastValueFrom(turn.read().pipe(toArray()));
    expect(events.at(-1)?.type).toBe('turn.failed');
  });

  describe('without a reader', () => {
    beforeEach(() => jest.useFakeTimers());
    afterEach(() => jest.useRealTimers());

    it('runs on for the grace, then is cancelled', async () => {
      const { turn, ends } = turnOf(NEVER, { disconnectGraceMs: 100 });
      turn.start();
      const reader = turn.read().subscribe();
      jest.advanceTimersByTime(1_000);
      reader.unsubscribe();
      jest.advanceTimersByTime(99);
      expect(ends).toEqual([]);
      await jest.advanceTimersByTimeAsync(1);
      expect(ends[0]?.outcome).toMatchObject({ status: 'cancelled', by: 'grace' });
    });

    it('runs on when a reader comes back in time', () => {
      const { turn, ends } = turnOf(NEVER, { disconnectGraceMs: 100 });
      turn.start();
      turn.read().subscribe().unsubscribe();
      jest.advanceTimersByTime(99);
      turn.read().subscribe();
      jest.advanceTimersByTime(1_000);
      expect(ends).toEqual([]);
    });

    it('runs on while it is read through another replica', async () => {
      const reads = [true, true, false];
      const { turn, ends } = turnOf(NEVER, {
        disconnectGraceMs: 100,
        isReadElsewhere: () => Promise.resolve(reads.shift() ?? false),
      });
      turn.start();
      await jest.advanceTimersByTimeAsync(299);
      expect(ends).toEqual([]);
      await jest.advanceTimersByTimeAsync(1);
      expect(ends).toHaveLength(1);
    });

    it('counts the grace from the start when no reader ever comes', async () => {
      const { turn, ends } = turnOf(NEVER, { disconnectGraceMs: 100 });
      turn.start();
      await jest.advanceTimersByTimeAsync(100);
      expect(ends).toHaveLength(1);
    });

    it('leaves no timer behind after its end', () => {
      const { turn } = turnOf(from([COMPLETED]));
      turn.start();
      turn.read().subscribe().unsubscribe();
      expect(jest.getTimerCount()).toBe(0);
    });
  });

  it('keeps as much reasoning as it has room for, of all attempts together', async () => {
    const generation$ = new Subject<GenerationEvent>();
    const { turn } = turnOf(generation$);
    turn.start();
    const read = lastValueFrom(turn.read().pipe(toArray()));
    const piece = 'x'.repeat(MAX_REASONING_UNITS - 3);
    for (const text of [piece, '🙂🙂🙂', 'more']) generation$.next({ type: 'reasoning.delta', text });
    generation$.next({ type: 'text.delta', text: 'a' });
    generation$.next(COMPLETED);
    const events = await read;
    // Half an emoji would be left out of the row.
    expect(foldReasoning(events)).toBe(`${piece}🙂`);
    expect(foldAnswer(events)).toBe('a');
  });

  it('lets observers follow its start, its first text and its end, once each', async () => {
    const generation$ = new Subject<GenerationEvent>();
    const { turn } = turnOf(generation$);
    const calls: unknown[] = [];
    turn.observe(
      new TurnObservers([
        {
          started: ({ wire }) => calls.push(['started', wire]),
          firstToken: ({ model }, afterMs) => calls.push(['firstToken', model, typeof afterMs]),
          ended: ({ id }, { status, firstTokenMs }) => calls.push(['ended', id, status, typeof firstTokenMs]),
        },
      ]),
    );
    turn.start();
    generation$.next({ type: 'reasoning.delta', text: 'hm' });
    expect(calls).toEqual([['started', 'conversation']]);
    for (const text of ['a', 'b']) generation$.next({ type: 'text.delta', text });
    generation$.next(COMPLETED);
    turn.cancel();
    await turn.ended;
    expect(calls.slice(1)).toEqual([
      ['firstToken', 'm', 'number'],
      ['ended', 'turn', 'completed', 'number'],
    ]);
  });
});

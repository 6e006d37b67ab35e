import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { from, lastValueFrom, Observable, throwError, toArray } from 'rxjs';
import type { TurnObserver } from '../../src/chat/answering/turn-observer.js';
import { TurnObservers } from '../../src/chat/answering/turn-observers.js';
import { isTerminal, type TurnEventBody } from '../../src/chat/domain/turn-event.js';
import { foldAnswer, foldReasoning } from '../../src/chat/domain/turn-fold.js';
import { AppError } from '../../src/common/errors/app-error.js';
import { COMPLETED, turnOf } from '../support/service/running-turn.js';
import { runs } from './runs.js';

const arbitraryText = fc.oneof(
  fc.record({
    type: fc.constant('text.delta' as const),
    text: fc.string({ minLength: 1, unit: 'grapheme' }),
  }),
  fc.record({
    type: fc.constant('reasoning.delta' as const),
    text: fc.string({ minLength: 1, unit: 'grapheme' }),
  }),
  fc.constant({ type: 'text.committed' as const }),
  fc.constant({ type: 'text.voided' as const }),
  fc.constant({ type: 'sides.voided' as const }),
);

const arbitraryEnd = fc.oneof(
  fc.constant(from([COMPLETED])),
  fc.constant(throwError(() => new AppError('model_failed', 'The model failed.'))),
  fc.constant(throwError(() => new Error('unforeseen'))),
  fc.constant(from<TurnEventBody[]>([])),
);

/** An observer that throws at some of its calls, and the calls that the observer behind it got. */
interface Observed {
  readonly observers: TurnObservers;
  readonly calls: (keyof TurnObserver)[];
}

const arbitraryObserved = fc
  .subarray<keyof TurnObserver>(['started', 'firstToken', 'ended'])
  .map((throwsAt): Observed => {
    const calls: (keyof TurnObserver)[] = [];
    const fail = (call: keyof TurnObserver) => {
      if (throwsAt.includes(call)) throw new Error(call);
    };
    return {
      observers: new TurnObservers([observerOf(fail), observerOf((call) => calls.push(call))]),
      calls,
    };
  });

function observerOf(take: (call: keyof TurnObserver) => void): TurnObserver {
  return {
    started: () => take('started'),
    firstToken: () => take('firstToken'),
    ended: () => take('ended'),
  };
}

function concatenated(texts: TurnEventBody[], end: Observable<TurnEventBody>): Observable<TurnEventBody> {
  return new Observable((subscriber) => {
    for (const text of texts) subscriber.next(text);
    return end.subscribe(subscriber);
  });
}

describe('RunningTurn, also when an observer throws', () => {
  beforeAll(() => void Logger.overrideLogger(false));

  it('starts with turn.started, ends with exactly one terminal event, completes and never errors', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryText),
        arbitraryEnd,
        arbitraryObserved,
        async (texts, end, observed) => {
          const { turn } = turnOf(concatenated(texts, end));
          turn.observe(observed.observers);
          const reading = lastValueFrom(turn.read().pipe(toArray()));
          turn.start();
          const events = await reading;
          expect(events[0]?.type).toBe('turn.started');
          expect(events.filter(isTerminal)).toHaveLength(1);
          expect(isTerminal(events.at(-1)!)).toBe(true);
          expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
          await turn.ended;
          const hasText = texts.some(({ type }) => type === 'text.delta');
          expect(observed.calls).toEqual(['started', ...(hasText ? ['firstToken'] : []), 'ended']);
        },
      ),
      { numRuns: runs(100) },
    ));

  it('stores the text and the reasoning that every reader folds together, wherever the reader came in', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryText),
        arbitraryEnd,
        arbitraryObserved,
        fc.nat(),
        async (...given) => {
          const [texts, end, observed, anywhere] = given;
          const { turn, ends } = turnOf(concatenated(texts, end));
          turn.observe(observed.observers);
          const reading = lastValueFrom(turn.read().pipe(toArray()));
          turn.start();
          const events = await reading;
          const stored = [ends[0]!.answer, ends[0]!.reasoning];
          expect([foldAnswer(events), foldReasoning(events)]).toEqual(stored);

          const seq = anywhere % events.length;
          const later = await lastValueFrom(turn.read(seq).pipe(toArray()));
          const joined = [...events.slice(0, seq), ...later];
          expect([foldAnswer(joined), foldReasoning(joined)]).toEqual(stored);
          expect(later.at(-1)).toEqual(events.at(-1));
        },
      ),
      { numRuns: runs(100) },
    ));
});

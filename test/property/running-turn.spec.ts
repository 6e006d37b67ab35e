import fc from 'fast-check';
import { from, lastValueFrom, Observable, throwError, toArray } from 'rxjs';
import { isTerminal, type TurnEventBody } from '../../src/chat/domain/turn-event.js';
import { foldAnswer } from '../../src/chat/domain/turn-fold.js';
import { AppError } from '../../src/common/errors/app-error.js';
import { COMPLETED, turnOf } from '../support/service/running-turn.js';
import { runs } from './runs.js';

const arbitraryText = fc.oneof(
  fc.record({
    type: fc.constant('text.delta' as const),
    text: fc.string({ minLength: 1, unit: 'grapheme' }),
  }),
  fc.constant({ type: 'text.committed' as const }),
  fc.constant({ type: 'text.voided' as const }),
);

const arbitraryEnd = fc.oneof(
  fc.constant(from([COMPLETED])),
  fc.constant(throwError(() => new AppError('model_failed', 'The model failed.'))),
  fc.constant(throwError(() => new Error('unforeseen'))),
  fc.constant(from<TurnEventBody[]>([])),
);

function concatenated(texts: TurnEventBody[], end: Observable<TurnEventBody>): Observable<TurnEventBody> {
  return new Observable((subscriber) => {
    for (const text of texts) subscriber.next(text);
    return end.subscribe(subscriber);
  });
}

describe('RunningTurn', () => {
  it('starts with turn.started, ends with exactly one terminal event, completes and never errors', () =>
    fc.assert(
      fc.asyncProperty(fc.array(arbitraryText), arbitraryEnd, async (texts, end) => {
        const { turn } = turnOf(concatenated(texts, end));
        const reading = lastValueFrom(turn.read().pipe(toArray()));
        turn.start();
        const events = await reading;
        expect(events[0]?.type).toBe('turn.started');
        expect(events.filter(isTerminal)).toHaveLength(1);
        expect(isTerminal(events.at(-1)!)).toBe(true);
        expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      }),
      { numRuns: runs(100) },
    ));

  it('stores the text that every reader folds together, wherever the reader came in', () =>
    fc.assert(
      fc.asyncProperty(fc.array(arbitraryText), arbitraryEnd, fc.nat(), async (texts, end, anywhere) => {
        const { turn, ends } = turnOf(concatenated(texts, end));
        const reading = lastValueFrom(turn.read().pipe(toArray()));
        turn.start();
        const events = await reading;
        const stored = ends[0]!.answer;
        expect(foldAnswer(events)).toBe(stored);

        const seq = anywhere % events.length;
        const later = await lastValueFrom(turn.read(seq).pipe(toArray()));
        expect(foldAnswer([...events.slice(0, seq), ...later])).toBe(stored);
        expect(later.at(-1)).toEqual(events.at(-1));
      }),
      { numRuns: runs(100) },
    ));
});

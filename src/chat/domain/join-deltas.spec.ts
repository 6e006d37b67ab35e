import fc from 'fast-check';
import { joinDeltas } from './join-deltas.js';
import type { TurnEvent, TurnEventBody } from './turn-event.js';
import { foldAnswer } from './turn-fold.js';

const bodies = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .string({ minLength: 1, maxLength: 3_000 })
        .map((text): TurnEventBody => ({ type: 'text.delta', text })),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom<TurnEventBody>({ type: 'text.committed' }, { type: 'text.voided' }),
    },
  ),
);
const numbered = (all: readonly TurnEventBody[]): TurnEvent[] =>
  all.map((body, index) => ({ ...body, seq: index + 1 }));

describe('joinDeltas', () => {
  it('folds to the same text, under rising numbers that end with the last', () => {
    fc.assert(
      fc.property(bodies, (all) => {
        const events = numbered(all);
        const joined = joinDeltas(events);
        expect(foldAnswer(joined)).toBe(foldAnswer(events));
        expect(joined.at(-1)?.seq).toBe(events.at(-1)?.seq);
        for (const [index, { seq }] of joined.entries())
          expect(seq).toBeGreaterThan(joined[index - 1]?.seq ?? 0);
        // A reader that has a joined event has all up to its number.
        for (const { seq } of joined) {
          const upTo = <T extends { seq: number }>(some: readonly T[]) =>
            some.filter((event) => event.seq <= seq);
          expect(foldAnswer(upTo(joined))).toBe(foldAnswer(upTo(events)));
        }
      }),
    );
  });

  it('makes few events of many small ones', () => {
    const events = numbered(Array.from({ length: 10_000 }, () => ({ type: 'text.delta', text: 'ab' })));
    expect(joinDeltas(events)).toHaveLength(10);
  });
});

import fc from 'fast-check';
import { joinDeltas } from './join-deltas.js';
import type { TurnEvent, TurnEventBody } from './turn-event.js';
import { foldAnswer, foldReasoning, foldToolCalls } from './turn-fold.js';

const bodies = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .tuple(
          fc.constantFrom('text.delta', 'text.delta', 'reasoning.delta'),
          fc.string({ minLength: 1, maxLength: 3_000 }),
        )
        .map(([type, text]): TurnEventBody => ({ type, text })),
    },
    {
      weight: 3,
      arbitrary: fc
        .record({ index: fc.nat(1), arguments: fc.string({ minLength: 1, maxLength: 3_000 }) })
        .map((call): TurnEventBody => ({ type: 'tool_call.delta', ...call })),
    },
    {
      weight: 2,
      arbitrary: fc
        .record({ index: fc.nat(1), id: fc.string(), name: fc.string() })
        .map((call): TurnEventBody => ({ type: 'tool_call.delta', ...call, arguments: '' })),
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
        expect(foldReasoning(joined)).toBe(foldReasoning(events));
        expect(foldToolCalls(joined)).toEqual(foldToolCalls(events));
        expect(joined.at(-1)?.seq).toBe(events.at(-1)?.seq);
        for (const [index, { seq }] of joined.entries())
          expect(seq).toBeGreaterThan(joined[index - 1]?.seq ?? 0);
        // A reader that has a joined event has all up to its number.
        for (const { seq } of joined) {
          const upTo = <T extends { seq: number }>(some: readonly T[]) =>
            some.filter((event) => event.seq <= seq);
          expect(foldAnswer(upTo(joined))).toBe(foldAnswer(upTo(events)));
          expect(foldReasoning(upTo(joined))).toBe(foldReasoning(upTo(events)));
          expect(foldToolCalls(upTo(joined))).toEqual(foldToolCalls(upTo(events)));
        }
      }),
    );
  });

  it.each(['text.delta', 'reasoning.delta'] as const)('makes few events of many small ones: %s', (type) => {
    const events = numbered(Array.from({ length: 10_000 }, () => ({ type, text: 'ab' })));
    expect(joinDeltas(events)).toHaveLength(10);
  });

  it('makes few events of many small arguments, and leaves the begin of each call alone', () => {
    const call = { type: 'tool_call.delta', index: 0 } as const;
    const begin: TurnEventBody = { ...call, id: 'call_1', name: 'f', arguments: '' };
    const pieces = Array.from({ length: 1_000 }, () => ({ ...call, arguments: 'ab' }));
    const second = { ...begin, index: 1 };
    expect(joinDeltas(numbered([begin, ...pieces, second, { ...pieces[0]!, index: 1 }]))).toEqual([
      { ...begin, seq: 1 },
      { ...call, arguments: 'ab'.repeat(1_000), seq: 1_001 },
      { ...second, seq: 1_002 },
      { ...call, index: 1, arguments: 'ab', seq: 1_003 },
    ]);
  });
});

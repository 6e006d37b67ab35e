import fc from 'fast-check';
import type { TurnEvent, TurnEventBody } from './turn-event.js';
import { foldAnswer, foldParts, foldReasoning, foldText } from './turn-fold.js';
import { layoutOf } from './event-layout.js';
import { replay } from './turn-replay.js';

const END: TurnEventBody = {
  type: 'turn.completed',
  finishReason: 'stop',
  usage: { inputTokens: 1, outputTokens: 1 },
};
const sources = [{ text: 'passage', metadata: { source: 's' } }];

const arbitraryBodies = fc
  .array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc
          .string({ minLength: 1, unit: 'grapheme' })
          .map((text) => ({ type: 'text.delta' as const, text })),
      },
      {
        weight: 3,
        arbitrary: fc
          .string({ minLength: 1, unit: 'grapheme' })
          .map((text) => ({ type: 'reasoning.delta' as const, text })),
      },
      {
        weight: 1,
        arbitrary: fc.constant({ type: 'tool_call.delta' as const, index: 0, arguments: '{}' }),
      },
      { weight: 1, arbitrary: fc.constant({ type: 'text.committed' as const }) },
      { weight: 1, arbitrary: fc.constant({ type: 'text.voided' as const }) },
      { weight: 1, arbitrary: fc.constant({ type: 'sides.voided' as const }) },
    ),
  )
  .map((texts): TurnEventBody[] => [
    { type: 'turn.started' },
    { type: 'sources.retrieved', sources },
    ...texts,
  ]);

function endedTurn(bodies: readonly TurnEventBody[], mayHaveLostText = false) {
  const [answer, reasoning, layout] = [foldAnswer(bodies), foldReasoning(bodies), layoutOf(bodies)];
  return { answer, reasoning, sources, layout, end: END, mayHaveLostText };
}

/** The text and the reasoning that events fold to. */
const folded = (events: readonly TurnEventBody[]) => ({
  answer: foldAnswer(events),
  reasoning: foldReasoning(events),
});

const numbered = (bodies: readonly TurnEventBody[]): TurnEvent[] =>
  bodies.map((body, index) => ({ ...body, seq: index + 1 }));

describe('replay', () => {
  it('makes what the reader has and what follows fold to what is stored, wherever the reader was', () => {
    fc.assert(
      fc.property(arbitraryBodies, fc.nat(), (bodies, anywhere) => {
        const seen = numbered(bodies).slice(0, anywhere % (bodies.length + 1));
        const turn = endedTurn(bodies);
        expect(turn).toMatchObject(folded([...seen, ...replay(turn, seen.length)]));
      }),
    );
  });

  it('folds to what is stored for a reader without the reasoning, wherever it was', () => {
    const isShown = ({ type }: TurnEventBody) => !['reasoning.delta', 'sides.voided'].includes(type);
    fc.assert(
      fc.property(arbitraryBodies, fc.nat(), fc.boolean(), (bodies, anywhere, mayHaveLostText) => {
        const shown = numbered(bodies).filter(isShown);
        const seen = shown.slice(0, anywhere % (shown.length + 1));
        const turn = endedTurn(bodies, mayHaveLostText);
        const more = replay(turn, seen.at(-1)?.seq ?? 0).filter(isShown);
        expect(foldAnswer([...seen, ...more])).toBe(turn.answer);
        for (const [index, event] of more.entries()) {
          if (event.type === 'text.voided')
            expect(foldText([...seen, ...more.slice(0, index)]).open).not.toBe('');
        }
      }),
    );
  });

  it('gives every surviving event its own number again, and the end the next one', () => {
    fc.assert(
      fc.property(arbitraryBodies, (bodies) => {
        const events = replay(endedTurn(bodies), 0);
        const original = [...numbered(bodies), { ...END, seq: bodies.length + 1 }];
        for (const event of events) expect(event).toEqual(original[event.seq - 1]);
        const kept = foldParts(bodies);
        const isSide = kept.committed.concat(kept.open).some(({ type }) => type === 'reasoning');
        expect(events.some(({ type }) => type === 'reasoning.delta')).toBe(isSide);
        expect(events.at(-1)!.seq).toBe(bodies.length + 1);
      }),
    );
  });

  it('always ends with the terminal event, also for a reader that is beyond it', () => {
    expect(replay(endedTurn([{ type: 'turn.started' }]), 99)).toEqual([{ ...END, seq: 2 }]);
  });

  it('voids nothing for a reader that has nothing to void', () => {
    fc.assert(
      fc.property(arbitraryBodies, fc.nat(), fc.boolean(), (bodies, anywhere, mayHaveLostText) => {
        const seen = numbered(bodies).slice(0, anywhere % (bodies.length + 1));
        const more = replay(endedTurn(bodies, mayHaveLostText), seen.length);
        for (const [index, event] of more.entries()) {
          const before = [...seen, ...more.slice(0, index)];
          if (event.type === 'text.voided') expect(foldText(before).open).not.toBe('');
          if (event.type === 'sides.voided')
            expect(foldParts(before).open.some(({ type }) => type === 'reasoning')).toBe(true);
        }
      }),
    );
  });

  it('voids what a reader of an interrupted turn may have beyond what was stored', () => {
    fc.assert(
      fc.property(
        arbitraryBodies,
        fc.nat(),
        fc.array(fc.tuple(fc.constantFrom('text.delta', 'reasoning.delta'), fc.string({ minLength: 1 })), {
          maxLength: 3,
        }),
        (bodies, anywhere, unsaved) => {
          const beyond = unsaved.map(([type, text]): TurnEventBody => ({ type, text }));
          const all = [...bodies, ...beyond];
          const seen = numbered(all).slice(0, anywhere % (all.length + 1));
          const turn = endedTurn(bodies, true);
          expect(turn).toMatchObject(folded([...seen, ...replay(turn, seen.length)]));
        },
      ),
    );
  });
});

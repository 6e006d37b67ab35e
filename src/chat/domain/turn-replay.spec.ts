import fc from 'fast-check';
import type { TurnEvent, TurnEventBody } from './turn-event.js';
import { foldAnswer, foldText } from './turn-fold.js';
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
      { weight: 1, arbitrary: fc.constant({ type: 'reasoning.delta' as const, text: 'hm' }) },
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
  return { answer: foldAnswer(bodies), sources, layout: layoutOf(bodies), end: END, mayHaveLostText };
}

const numbered = (bodies: readonly TurnEventBody[]): TurnEvent[] =>
  bodies.map((body, index) => ({ ...body, seq: index + 1 }));

describe('replay', () => {
  it('makes what the reader has and what follows fold to the stored answer, wherever the reader was', () => {
    fc.assert(
      fc.property(arbitraryBodies, fc.nat(), (bodies, anywhere) => {
        const seen = numbered(bodies).slice(0, anywhere % (bodies.length + 1));
        const turn = endedTurn(bodies);
        expect(foldAnswer([...seen, ...replay(turn, seen.length)])).toBe(turn.answer);
      }),
    );
  });

  it('gives every surviving event its own number again, and the end the next one', () => {
    fc.assert(
      fc.property(arbitraryBodies, (bodies) => {
        const events = replay(endedTurn(bodies), 0);
        const original = [...numbered(bodies), { ...END, seq: bodies.length + 1 }];
        for (const event of events) expect(event).toEqual(original[event.seq - 1]);
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
          if (event.type === 'text.voided')
            expect(foldText([...seen, ...more.slice(0, index)]).open).not.toBe('');
        }
      }),
    );
  });

  it('voids what a reader of an interrupted turn may have beyond what was stored', () => {
    fc.assert(
      fc.property(
        arbitraryBodies,
        fc.nat(),
        fc.array(fc.string({ minLength: 1 }), { maxLength: 3 }),
        (bodies, anywhere, unsaved) => {
          const beyond: TurnEventBody[] = unsaved.map((text) => ({ type: 'text.delta', text }));
          const all = [...bodies, ...beyond];
          const seen = numbered(all).slice(0, anywhere % (all.length + 1));
          const turn = endedTurn(bodies, true);
          expect(foldAnswer([...seen, ...replay(turn, seen.length)])).toBe(turn.answer);
        },
      ),
    );
  });
});

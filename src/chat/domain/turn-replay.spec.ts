import fc from 'fast-check';
import type { TurnEvent, TurnEventBody } from './turn-event.js';
import { foldAnswer, foldParts, foldReasoning, foldText, foldToolCalls } from './turn-fold.js';
import { layoutOf } from './event-layout.js';
import { replay } from './turn-replay.js';

const END: TurnEventBody = {
  type: 'turn.completed',
  finishReason: 'stop',
  usage: { inputTokens: 1, outputTokens: 1 },
};
const sources = [{ text: 'passage', metadata: { source: 's' } }];

const ofCall = { type: fc.constant('tool_call.delta' as const), index: fc.nat(2) };
const aCall = fc.oneof(
  fc.record({ ...ofCall, id: fc.string({ minLength: 1 }), name: fc.string({ minLength: 1 }) }),
  fc.record({
    ...ofCall,
    id: fc.constant('call_1'),
    name: fc.constant('f'),
    extraContent: fc.constant({ google: 1 }),
  }),
);

/** Without pieces of calls that have not begun: no model server has them. */
function withoutOrphans(bodies: readonly TurnEventBody[]): TurnEventBody[] {
  const begun = new Set<number>();
  return bodies.filter((body) => {
    if (body.type !== 'tool_call.delta') {
      if (!body.type.endsWith('.delta')) begun.clear();
      return true;
    }
    if (body.id !== undefined) begun.add(body.index);
    return begun.has(body.index);
  });
}

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
      { weight: 2, arbitrary: aCall.map((call) => ({ ...call, arguments: '' })) },
      { weight: 3, arbitrary: fc.record({ ...ofCall, arguments: fc.string({ minLength: 1 }) }) },
      { weight: 1, arbitrary: fc.constant({ type: 'text.committed' as const }) },
      { weight: 1, arbitrary: fc.constant({ type: 'text.voided' as const }) },
      { weight: 1, arbitrary: fc.constant({ type: 'sides.voided' as const }) },
    ),
  )
  .map((texts): TurnEventBody[] => [
    { type: 'turn.started' },
    { type: 'sources.retrieved', sources },
    ...withoutOrphans(texts),
  ]);

function endedTurn(bodies: readonly TurnEventBody[], mayHaveLostText = false) {
  return { ...folded(bodies), sources, layout: layoutOf(bodies), end: END, mayHaveLostText };
}

/** The text, the reasoning and the calls that events fold to. */
const folded = (events: readonly TurnEventBody[]) => ({
  answer: foldAnswer(events),
  reasoning: foldReasoning(events),
  toolCalls: foldToolCalls(events),
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

  it('folds to what is stored for a reader of the text alone, wherever it was', () => {
    const isShown = ({ type }: TurnEventBody) => type.startsWith('text.') || type.startsWith('turn.');
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
            expect(foldParts(before).open.some(({ type }) => type !== 'text')).toBe(true);
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

  it('gives what a server wants back with a call where it came: with its begin, or later', () => {
    const call = { type: 'tool_call.delta', index: 0 } as const;
    const extraContent = { google: { thought_signature: 's' } };
    const begin = { ...call, id: 'call_1', name: 'f', arguments: '' };
    for (const bodies of [
      [
        { ...begin, extraContent },
        { ...call, arguments: '{}' },
      ],
      [begin, { ...call, arguments: '{}' }, { ...call, arguments: '', extraContent }],
    ]) {
      const turn = endedTurn(bodies);
      expect(replay(turn, 0)).toEqual(numbered([...bodies, END]));
      expect(turn.toolCalls).toEqual([{ id: 'call_1', name: 'f', arguments: '{}', extraContent }]);
    }
  });

  it('gives a call to no reader of a row of a release that stored none', () => {
    const turn = { ...endedTurn([]), layout: [0, -6, -6, -4] };
    expect(replay(turn, 0)).toEqual([
      { type: 'turn.started', seq: 1 },
      { ...END, seq: 4 },
    ]);
  });
});

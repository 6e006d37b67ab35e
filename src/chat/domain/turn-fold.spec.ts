import fc from 'fast-check';
import type { TurnEventBody } from './turn-event.js';
import { type AnswerPart, foldAnswer, foldParts, foldText } from './turn-fold.js';

const text = fc.string({ minLength: 1, maxLength: 3, unit: 'grapheme' });

const anyEvents = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: text.map((said): TurnEventBody => ({ type: 'text.delta', text: said })) },
    { weight: 3, arbitrary: text.map((said): TurnEventBody => ({ type: 'reasoning.delta', text: said })) },
    {
      weight: 3,
      arbitrary: fc
        .record({ index: fc.nat(2), arguments: text })
        .map((call): TurnEventBody => ({ type: 'tool_call.delta', ...call })),
    },
    {
      weight: 2,
      arbitrary: fc
        .record({ index: fc.nat(2), id: text, name: text })
        .map((call): TurnEventBody => ({ type: 'tool_call.delta', ...call, arguments: '' })),
    },
    { weight: 1, arbitrary: fc.constant<TurnEventBody>({ type: 'text.committed' }) },
    { weight: 1, arbitrary: fc.constant<TurnEventBody>({ type: 'text.voided' }) },
    { weight: 1, arbitrary: fc.constant<TurnEventBody>({ type: 'sides.voided' }) },
  ),
);

/** All that was said of one kind since the last void of it, or before a commit. */
function surviving(
  events: readonly TurnEventBody[],
  said: (event: TurnEventBody) => string,
  voids: readonly TurnEventBody['type'][] = ['text.voided', 'sides.voided'],
): string {
  let [kept, open] = ['', ''];
  for (const event of events) {
    if (event.type === 'text.committed') [kept, open] = [kept + open, ''];
    else if (voids.includes(event.type)) open = '';
    else open += said(event);
  }
  return kept + open;
}

/** The calls of one number, without pieces whose call has not begun since the last commit or void. */
function withoutOrphans(events: readonly TurnEventBody[], index: number): TurnEventBody[] {
  let hasBegun = false;
  return events.filter((event) => {
    if (event.type !== 'tool_call.delta') {
      if (['text.committed', 'text.voided', 'sides.voided'].includes(event.type)) hasBegun = false;
      return true;
    }
    if (event.index !== index) return false;
    hasBegun ||= event.id !== undefined;
    return hasBegun;
  });
}

function nameAndArguments(event: TurnEventBody): string {
  return event.type === 'tool_call.delta' ? (event.name ?? '') + event.arguments : '';
}

const partsOf = (events: readonly TurnEventBody[]): AnswerPart[] => {
  const { committed, open } = foldParts(events);
  return [...committed, ...open];
};

describe('The parts of an answer', () => {
  it('have the text that is stored, whatever reasoning and tool calls stand between', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const said = (event: TurnEventBody) => (event.type === 'text.delta' ? event.text : '');
        const spoken = surviving(events, said, ['text.voided']);
        expect(foldAnswer(events)).toBe(spoken);
        expect(foldAnswer(events.filter(({ type }) => type.startsWith('text.')))).toBe(spoken);
      }),
    );
  });

  it('have all reasoning, and all arguments of each call, that were not voided', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const reasoning = partsOf(events).map((part) => (part.type === 'reasoning' ? part.text : ''));
        expect(reasoning.join('')).toBe(
          surviving(events, (event) => (event.type === 'reasoning.delta' ? event.text : '')),
        );
        for (const index of [0, 1, 2]) {
          const calls = partsOf(events).map((part) =>
            part.type === 'tool_call' && part.index === index ? part.name + part.arguments : '',
          );
          expect(calls.join('')).toBe(surviving(withoutOrphans(events, index), nameAndArguments));
        }
      }),
    );
  });

  it('are never empty, and what was said of a kind at a stretch is one', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        for (const part of partsOf(events))
          expect(part.type === 'tool_call' ? part.name : part.text).not.toBe('');
        const { open } = foldParts(events);
        for (const [index, part] of open.entries())
          if (part.type !== 'tool_call') expect(open[index - 1]?.type).not.toBe(part.type);
      }),
    );
  });

  it('keep the id and the name of a call, which only its first piece has', () => {
    const call = { type: 'tool_call.delta', index: 0 } as const;
    const events: TurnEventBody[] = [
      { ...call, id: 'call_1', name: 'search', arguments: '' },
      { ...call, arguments: '{"q":' },
      { type: 'text.delta', text: 'I search.' },
      { ...call, arguments: '1}' },
    ];
    expect(foldParts(events).open).toEqual([
      { type: 'tool_call', index: 0, id: 'call_1', name: 'search', arguments: '{"q":1}' },
      { type: 'text', text: 'I search.' },
    ]);
    expect(foldText(events)).toEqual({ committed: '', open: 'I search.' });
  });
});

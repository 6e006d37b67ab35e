import fc from 'fast-check';
import type { ChatMessage } from '../../llm/completion.js';
import { toAlternatingMessages } from './alternating-messages.js';

const say = (text: string): ChatMessage[] =>
  text.split(' ').map((word) => {
    const role = word.startsWith('s') ? 'system' : word.startsWith('a') ? 'assistant' : 'user';
    return { role, content: word };
  });

describe('toAlternatingMessages', () => {
  it.each([
    ['s1 u1 a1 u2', 's1|u1|a1|u2'],
    ['u1 a1 u2', 'u1|a1|u2'],
    ['u1 u2', 'u1+u2'],
    ['s1 u1 u2 a1 a2 u3', 's1|u1+u2|a1+a2|u3'],
    ['s1 s2 u1', 's1+s2|u1'],
    ['s1 u1 s2 u2', 's1+s2|u1+u2'],
    ['u1 a1 s1 u2', 's1|u1|a1|u2'],
    ['a1 u1 a2 u2', 'u1|a2|u2'],
    ['s1 a1 a2 u1', 's1|u1'],
  ])('makes of %s what strict templates take', (given, expected) => {
    const { messages, hasLostAnswers } = toAlternatingMessages(say(given));
    expect(messages.map(({ content }) => content.replaceAll('\n\n', '+')).join('|')).toBe(expected);
    expect(hasLostAnswers).toBe(/^(?:s\d )*a/.test(given));
  });

  it('does not lose a text of the user, and alternates', () => {
    const role = fc.constantFrom<ChatMessage['role']>('system', 'user', 'assistant');
    const message = fc.record({ role, content: fc.constantFrom('x', 'y', '') });
    fc.assert(
      fc.property(fc.array(message), (history) => {
        const { messages } = toAlternatingMessages([...history, { role: 'user', content: 'question' }]);
        const said = messages.filter(({ role: one }, index) => index > 0 || one !== 'system');
        expect(said.map(({ role: one }) => one)).toEqual(
          said.map((_, index) => (index % 2 === 0 ? 'user' : 'assistant')),
        );
        const textOf = (all: readonly ChatMessage[], one: string) =>
          all
            .filter((each) => each.role === one)
            .map(({ content }) => content.replaceAll('\n\n', ''))
            .join('');
        for (const kept of ['user', 'system'])
          expect(textOf(messages, kept)).toBe(
            textOf([...history, { role: 'user', content: 'question' }], kept),
          );
      }),
    );
  });
});

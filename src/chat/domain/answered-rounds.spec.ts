import type { ChatMessage, Role } from '../../llm/completion.js';
import { answeredRounds } from './answered-rounds.js';

const ROLES: Readonly<Record<string, Role>> = { s: 'system', u: 'user', a: 'assistant' };

/** `u:question` is a message of the user. */
const toMessage = (text: string): ChatMessage => ({ role: ROLES[text[0]!]!, content: text.slice(2) });

describe('answeredRounds', () => {
  it.each<[string[], string[]]>([
    [[], []],
    [
      ['u:1', 'a:one', 'u:2'],
      ['u:1', 'a:one', 'u:2'],
    ],
    [
      ['u:1', 'a:', 'u:2', 'a:two'],
      ['u:2', 'a:two'],
    ],
    [
      ['u:1', 'a:one', 'u:2', 'a: \n'],
      ['u:1', 'a:one'],
    ],
    [['s:be short', 'u:1', 'u:2', 'a:'], ['s:be short']],
    [['a:', 'a:one'], ['a:one']],
  ])('makes of %j: %j', (history, answered) => {
    expect(answeredRounds(history.map(toMessage))).toEqual(answered.map(toMessage));
  });
});

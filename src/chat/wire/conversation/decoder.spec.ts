import fc from 'fast-check';
import type { ChatRequestDto } from './request.dto.js';
import { decodeConversationRequest } from './decoder.js';
import { CONVERSATION_TRAITS } from './traits.js';

const decode = (body: Partial<Record<keyof ChatRequestDto, unknown>>) =>
  decodeConversationRequest({ query: 'q', ...body } as ChatRequestDto);

describe('decodeConversationRequest', () => {
  it('fills in the defaults', () => {
    expect(decode({})).toEqual({
      wire: CONVERSATION_TRAITS,
      question: 'q',
      endUser: undefined,
      conversation: { externalId: undefined, name: 'q' },
      history: { from: 'conversation', rounds: 10 },
      prompt: { kind: 'template', name: 'default' },
      retrieval: 'when-used',
      model: undefined,
      temperature: undefined,
      maxTokens: undefined,
    });
  });

  it.each([
    ['conversation_id'],
    ['user_id'],
    ['conversation_name'],
    ['model_name'],
    ['prompt_name'],
  ] as const)('takes an empty or null %s for not given', (field) => {
    expect(decode({ [field]: '' })).toEqual(decode({}));
    expect(decode({ [field]: null })).toEqual(decode({}));
  });

  it.each([
    [0, undefined],
    [-5, undefined],
    [null, undefined],
    [1, 1],
    [1024, 1024],
  ])('takes max_tokens %p for %p', (given, meant) => {
    expect(decode({ max_tokens: given }).maxTokens).toBe(meant);
  });

  it('keeps a temperature of 0', () => {
    expect(decode({ temperature: 0 }).temperature).toBe(0);
  });

  it.each([
    [{}, 10],
    [{ history_len: 3 }, 3],
    [{ history_len: 0 }, 0],
    [{ history_len: -1 }, 0],
    [{ history: 4 }, 4],
    [{ history: 4, history_len: 2 }, 4],
    [{ history: 0, history_len: 2 }, 2],
    [{ history: [], history_len: 2 }, 2],
    [{ history: [] }, 10],
    [{ history: -2 }, 0],
    [{ history_len: 1e15 }, 1000],
  ])('reads %j as %p rounds from the database', (body, rounds) => {
    expect(decode(body).history).toEqual({ from: 'conversation', rounds });
  });

  it('lets a list of messages win over the database, and knows the other names of the roles', () => {
    const history = [
      { role: 'system', content: 's' },
      { role: 'human', content: '{braces}' },
      { role: 'ai', content: 'a' },
      { role: 'user', content: 'u' },
    ];
    expect(decode({ history, history_len: 5 }).history).toEqual({
      from: 'request',
      messages: [
        { role: 'system', content: 's' },
        { role: 'user', content: '{braces}' },
        { role: 'assistant', content: 'a' },
        { role: 'user', content: 'u' },
      ],
    });
  });

  it('names a conversation by the first 50 characters of its query, never by half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-composite', minLength: 1 }), (query) => {
        const { name } = decode({ query }).conversation!;
        expect(query.startsWith(name)).toBe(true);
        expect(name.isWellFormed()).toBe(true);
        expect([...name]).toHaveLength(Math.min(50, [...query].length));
      }),
    );
  });
});

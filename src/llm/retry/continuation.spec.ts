import type { ChatRequest } from '../openai/request/chat-request.js';
import { CONTINUE_INSTRUCTION, toContinuationRequest, withKeptText } from './continuation.js';

const REQUEST: ChatRequest = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hi' },
  ],
  temperature: 0.3,
};
const KEPT = 'x'.repeat(40);

describe('toContinuationRequest', () => {
  it('shows the model what it said, and tells it to go on', () => {
    expect(toContinuationRequest(REQUEST, KEPT, { mode: 'instruct' })).toEqual({
      messages: [
        ...REQUEST.messages,
        { role: 'assistant', content: KEPT },
        { role: 'user', content: CONTINUE_INSTRUCTION },
      ],
      temperature: 0.3,
      keptChars: 40,
    });
  });

  it.each(['vllm', 'deepseek', 'none'] as const)(
    'begins its answer for it, with the flags of %s',
    (flags) => {
      expect(toContinuationRequest(REQUEST, KEPT, { mode: 'prefill', flags })).toEqual({
        messages: [...REQUEST.messages, { role: 'assistant', content: KEPT }],
        temperature: 0.3,
        keptChars: 40,
        prefill: flags,
      });
    },
  );

  it.each([
    [100, 90],
    [11, 1],
    [10, 1],
    [1, 1],
  ])('leaves, of %s tokens that the answer may have, %s', (maxTokens, left) => {
    const { maxTokens: asked } = toContinuationRequest({ ...REQUEST, maxTokens }, KEPT, { mode: 'instruct' });
    expect(asked).toBe(left);
  });
});

describe('withKeptText', () => {
  it('counts what was said before as output', () => {
    expect(withKeptText({ inputTokens: 5, outputTokens: 3 }, KEPT)).toEqual({
      inputTokens: 5,
      outputTokens: 13,
    });
  });
});

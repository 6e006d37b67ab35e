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

  describe('of an answer that its caller has begun', () => {
    const parameters = { top_k: 1, continue_final_message: true, add_generation_prompt: false };
    const begun = (last: object): ChatRequest => ({
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', ...last },
      ],
      parameters,
    });
    const text = { type: 'text', text: KEPT };

    it.each<[string, object, object]>([
      ['a text', { content: 'Dear ' }, { content: `Dear ${KEPT}` }],
      ['no text yet', { content: null, name: 'a' }, { content: KEPT, name: 'a' }],
      ['parts', { content: [{ type: 'text', text: 'D' }] }, { content: [{ type: 'text', text: 'D' }, text] }],
      ['an empty list of calls', { content: 'D', tool_calls: [] }, { content: `D${KEPT}`, tool_calls: [] }],
      ['the flag of DeepSeek', { content: 'D', prefix: true }, { content: `D${KEPT}` }],
    ])('has one message of the assistant: %s', (_, last, continued) => {
      const { messages, parameters: sent } = toContinuationRequest(begun(last), KEPT, { mode: 'instruct' });
      expect(messages).toEqual([
        { role: 'user', content: 'Hi' },
        { role: 'assistant', ...continued },
        { role: 'user', content: CONTINUE_INSTRUCTION },
      ]);
      // The last message is no longer the beginning of the answer.
      expect(sent).toEqual({ top_k: 1 });
    });

    it('goes on in the same message with a prefill', () => {
      const { messages, parameters: sent } = toContinuationRequest(begun({ content: 'D' }), KEPT, {
        mode: 'prefill',
        flags: 'none',
      });
      expect(messages.at(-1)).toEqual({ role: 'assistant', content: `D${KEPT}` });
      expect(sent).toEqual(parameters);
    });

    it('leaves calls of tools alone', () => {
      const calls = { content: null, tool_calls: [{ id: 'a' }] };
      const { messages } = toContinuationRequest(begun(calls), KEPT, { mode: 'instruct' });
      expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'assistant', 'user']);
    });
  });

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

import { AnswerText, MAX_ANSWER_CHARS } from './answer-text.js';

describe('AnswerText', () => {
  it('counts what it was asked and what it has answered', () => {
    const text = new AnswerText({
      messages: [
        { role: 'system', content: 'x'.repeat(8) },
        { role: 'user', content: '你好' },
      ],
    });
    text.push('x'.repeat(9));
    text.push('好');
    expect(text.estimateUsage()).toEqual({ inputTokens: 4 + 2 + 4 + 2, outputTokens: 1 + 3 });
  });

  it('is not full at the longest answer', () => {
    const text = new AnswerText({ messages: [] });
    expect(text.push('x'.repeat(MAX_ANSWER_CHARS))).toHaveLength(MAX_ANSWER_CHARS);
    expect(text.isFull).toBe(false);
  });

  it('is cut at the longest answer, and takes nothing more', () => {
    const text = new AnswerText({ messages: [] });
    text.push('x'.repeat(MAX_ANSWER_CHARS - 1));
    expect(text.push('ab')).toBe('a');
    expect(text.isFull).toBe(true);
    expect(text.push('c')).toBe('');
  });

  it('cuts no character in halves', () => {
    const text = new AnswerText({ messages: [], maxTokens: 1 });
    text.push('x'.repeat(1_055));
    expect(text.push('👋')).toBe('');
    expect(text.isFull).toBe(true);
    expect(text.push('y')).toBe('');
  });

  it('keeps within the longest answer when more tokens are allowed', () => {
    const text = new AnswerText({ messages: [], maxTokens: 1_000_000 });
    expect(text.push('x'.repeat(MAX_ANSWER_CHARS + 1))).toHaveLength(MAX_ANSWER_CHARS);
  });
});

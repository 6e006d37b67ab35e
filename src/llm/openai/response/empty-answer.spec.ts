import { emptyAnswer, type EndedAnswer } from './empty-answer.js';

const NOTHING: EndedAnswer = { text: '', finishReason: 'stop', hasSides: false, hasCalls: false };

describe('emptyAnswer', () => {
  it.each<[string, Partial<EndedAnswer>]>([
    ['nothing', {}],
    ['white space', { text: ' \n\n' }],
    ['thinking, or the call of a tool, which none was offered', { hasSides: true }],
    ['a continuation of thinking alone', { keptChars: 5, hasSides: true }],
  ])('fails for %s, and another attempt may succeed', (_, ended) => {
    expect(emptyAnswer({ ...NOTHING, ...ended })).toMatchObject({
      code: 'empty_answer',
      isRetriable: true,
      isOutage: false,
    });
  });

  it('fails for good at the limit of tokens, and names it', () => {
    const failure = emptyAnswer({ ...NOTHING, finishReason: 'length' });
    expect(failure).toMatchObject({ code: 'empty_answer', isRetriable: false });
    expect(failure?.detail).toContain('max_tokens');
  });

  it.each<[string, Partial<EndedAnswer>]>([
    ['has a text', { text: 'Hi' }],
    ['adds nothing to the text that it continues', { keptChars: 5 }],
    [
      'reaches its limit while it thinks of how to go on',
      { keptChars: 5, hasSides: true, finishReason: 'length' },
    ],
    ['was filtered', { finishReason: 'content_filter' }],
    ['calls a tool that was offered', { hasCalls: true, hasSides: true }],
    ['was cut inside such a call', { hasCalls: true, hasSides: true, finishReason: 'length' }],
  ])('does not fail for an answer that %s', (_, ended) => {
    expect(emptyAnswer({ ...NOTHING, ...ended })).toBeUndefined();
  });
});

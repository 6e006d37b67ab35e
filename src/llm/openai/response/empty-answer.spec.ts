import { emptyAnswer, type EndedAnswer } from './empty-answer.js';

const NOTHING: EndedAnswer = { text: '', finishReason: 'stop', hasCalls: false };

describe('emptyAnswer', () => {
  it.each<[string, Partial<EndedAnswer>]>([
    ['nothing', {}],
    ['white space', { text: ' \n\n' }],
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
    ['wants a tool called', { hasCalls: true }],
    ['adds nothing to the text that it continues', { keptChars: 5 }],
    ['was filtered', { finishReason: 'content_filter' }],
  ])('does not fail for an answer that %s', (_, ended) => {
    expect(emptyAnswer({ ...NOTHING, ...ended })).toBeUndefined();
  });
});

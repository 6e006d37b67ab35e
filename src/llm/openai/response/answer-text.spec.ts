import fc from 'fast-check';
import { AnswerText, MAX_ANSWER_CHARS } from './answer-text.js';
import { runs } from '../../../../test/property/runs.js';

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

describe('The text that is stored', () => {
  function clean(pieces: readonly string[]): string {
    const text = new AnswerText({ messages: [] });
    return pieces.map((piece) => text.push(piece)).join('') + text.end();
  }

  /** UTF-16 units of which many are NUL or half a pair. */
  const unit = fc.oneof(
    fc.constantFrom('\0', '\ud83d', '\udc4b', '\udbff', '\udc00', 'a', '好'),
    fc.string({ unit: 'binary', maxLength: 2 }),
  );

  it('is the good text that came', () => {
    expect(clean(['Hi ', '👋', ' 你好'])).toBe('Hi 👋 你好');
  });

  it('has a pair that two pieces share', () => {
    expect(clean(['\ud83d', '\udc4b'])).toBe('👋');
    expect(clean(['a\ud83d', '', '\udc4bb'])).toBe('a👋b');
  });

  it('has U+FFFD in the place of a half without its other half', () => {
    expect(clean(['\ud83d', 'x', '\udc4b', '\ud83d'])).toBe('\ufffdx\ufffd\ufffd');
  });

  it('has no NUL', () => {
    expect(clean(['a\0b', '\0', '\ud83d\0', '\udc4b'])).toBe('ab👋');
  });

  it('is the same for the same text in any pieces, and clean at every moment', () => {
    fc.assert(
      fc.property(fc.array(unit), (pieces) => {
        const text = new AnswerText({ messages: [] });
        const said = pieces.map((piece) => text.push(piece));
        for (const piece of said) expect(piece.isWellFormed()).toBe(true);
        expect(said.join('') + text.end()).toBe(pieces.join('').replaceAll('\0', '').toWellFormed());
      }),
      { numRuns: runs(400) },
    );
  });
});

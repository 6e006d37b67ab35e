import fc from 'fast-check';
import { cutText, TextCleaner } from './clean-text.js';

function clean(pieces: readonly string[]): string {
  const cleaner = new TextCleaner();
  return pieces.map((piece) => cleaner.push(piece)).join('') + cleaner.end();
}

/** UTF-16 units of which many are NUL or half a pair. */
const unit = fc.oneof(
  fc.constantFrom('\0', '\ud83d', '\udc4b', '\udbff', '\udc00', 'a', '好'),
  fc.string({ unit: 'binary', maxLength: 2 }),
);

describe('TextCleaner', () => {
  it('leaves good text alone', () => {
    expect(clean(['Hi ', '👋', ' 你好'])).toBe('Hi 👋 你好');
  });

  it('keeps a pair whole that two pieces share', () => {
    expect(clean(['\ud83d', '\udc4b'])).toBe('👋');
    expect(clean(['a\ud83d', '', '\udc4bb'])).toBe('a👋b');
  });

  it('puts U+FFFD in the place of a half without its other half', () => {
    expect(clean(['\ud83d', 'x', '\udc4b', '\ud83d'])).toBe('\ufffdx\ufffd\ufffd');
  });

  it('drops NUL', () => {
    expect(clean(['a\0b', '\0', '\ud83d\0', '\udc4b'])).toBe('ab👋');
  });

  it('gives the same clean text for the same text in any pieces', () => {
    fc.assert(
      fc.property(fc.array(unit), (pieces) => {
        const expected = pieces.join('').replaceAll('\0', '').toWellFormed();
        expect(clean(pieces)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives clean text at every moment', () => {
    fc.assert(
      fc.property(fc.array(unit), (pieces) => {
        const cleaner = new TextCleaner();
        for (const piece of pieces) expect(cleaner.push(piece).isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('cutText', () => {
  it.each([
    ['abc', 2, 'ab'],
    ['abc', 5, 'abc'],
    ['abc', 0, ''],
    ['a👋b', 2, 'a'],
    ['a👋b', 3, 'a👋'],
  ])('cuts %j to %s as %j', (text, length, cut) => {
    expect(cutText(text, length)).toBe(cut);
  });
});

import fc from 'fast-check';
import { escapeLineEnds } from '../../common/http/sse/line-ends.js';
import { MAX_DELTA_BYTES, MAX_DELTA_UNITS, splitDelta } from './split-delta.js';

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Bytes between the quotes. */
const jsonBytes = (text: string) => Buffer.byteLength(escapeLineEnds(JSON.stringify(text))) - 2;

/** Where the parts end, all but the last. */
function cutsOf(parts: readonly string[]): number[] {
  let end = 0;
  return parts.slice(0, -1).map((part) => (end += part.length));
}

describe('splitDelta', () => {
  it('gives the same text in parts that fit, cut between graphemes', () => {
    const words = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 40_000 }), (some, length) => {
        const word = some.join('');
        const text = word.repeat(Math.ceil(length / word.length)).toWellFormed();
        const parts = splitDelta(text);
        expect(parts.join('')).toBe(text);
        for (const part of parts) expect(jsonBytes(part)).toBeLessThanOrEqual(MAX_DELTA_BYTES);
        const graphemes = new Set(Array.from(GRAPHEMES.segment(text), ({ index }) => index));
        for (const cut of cutsOf(parts)) expect(graphemes.has(cut)).toBe(true);
      }),
    );
  });

  it.each([
    ['letters', 'x'],
    ['ideographs', '数'],
    ['quotes', '"'],
    ['control characters', '\u0001'],
    ['line ends', '\r\n'],
    ['line ends of Unicode', '\u2028'],
    ['emoji', '🙂'],
    ['families', '👩‍👩‍👧‍👦'],
    ['flags', '🇨🇳'],
  ])('fills its parts: %s', (_, char) => {
    const parts = splitDelta(char.repeat(30_000));
    for (const part of parts.slice(0, -1)) {
      expect(part.length % char.length).toBe(0);
      expect(jsonBytes(part)).toBeGreaterThan(MAX_DELTA_BYTES - jsonBytes(char));
    }
  });

  it('cuts a grapheme that is longer than a frame between its code points', () => {
    const text = 'a' + '\u0301'.repeat(20_000);
    const parts = splitDelta(text);
    expect(parts.join('')).toBe(text);
    for (const part of parts) expect(jsonBytes(part)).toBeLessThanOrEqual(MAX_DELTA_BYTES);
  });

  it('leaves a text that surely fits as it is', () => {
    expect(splitDelta('\u0001'.repeat(MAX_DELTA_UNITS))).toHaveLength(1);
  });

  it.each([
    ['letters', 'x'],
    ['marks on one letter', '\u0301'],
    ['flags', '🇨🇳'],
  ])('takes no time that others would notice for a million units of %s', (_, char) => {
    const text = char.repeat(1_000_000 / char.length);
    const startedAt = performance.now();
    splitDelta(text);
    expect(performance.now() - startedAt).toBeLessThan(250);
  });
});

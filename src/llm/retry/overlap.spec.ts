import fc from 'fast-check';
import { MIN_OVERLAP_CHARS, OverlapRemover } from './overlap.js';
import { runs } from '../../../test/property/runs.js';

function removeFrom(pieces: readonly string[], kept: string): string {
  const overlap = new OverlapRemover(kept);
  return pieces.map((piece) => overlap.push(piece)).join('') + overlap.end();
}

/** The rule, said in another way: the longest start of `text` that `kept` ends with, if it is long enough. */
function expected(text: string, kept: string): string {
  const lengths = Array.from({ length: Math.min(text.length, kept.length) }, (_, index) => index + 1);
  const overlapOf = (start: string) =>
    lengths
      .filter((length) => length >= MIN_OVERLAP_CHARS && length <= start.length)
      .filter((length) => kept.endsWith(start.slice(0, length)))
      .at(-1) ?? 0;
  const overlap = overlapOf(text);
  if (overlap > 0) return text.slice(overlap);
  const rest = text.trimStart();
  const overlapBehind = overlapOf(rest);
  return overlapBehind > 0 ? rest.slice(overlapBehind) : text;
}

const KEPT = 'The quick brown fox jumps over the lazy dog. Pack my box with';

describe('OverlapRemover', () => {
  it.each([
    ['nothing that is repeated', ' five dozen jugs.', ' five dozen jugs.'],
    ['16 characters', 'Pack my box with five', ' five'],
    ['15 characters', 'ack my box with five', 'ack my box with five'],
    ['all of it', `${KEPT} five`, ' five'],
    ['all of it and no more', KEPT, ''],
    [
      'what is like it, but not at the end',
      'The quick brown fox jumps high',
      'The quick brown fox jumps high',
    ],
    ['what is like it, but for one letter', 'Pack my box With five', 'Pack my box With five'],
    ['all of it behind line ends', `\n\n${KEPT} five`, ' five'],
    ['16 characters behind a blank', ' Pack my box with five', ' five'],
    ['15 characters behind a blank', ' ack my box with five', ' ack my box with five'],
    ['all of it behind much white space', `${' '.repeat(101)}${KEPT} five`, `${' '.repeat(101)}${KEPT} five`],
    ['white space', ' \n', ' \n'],
    ['white space and what is new', '\n\nFive', '\n\nFive'],
    ['nothing at all', '', ''],
    ['the start of a repetition that never comes', 'Pack my', 'Pack my'],
  ])('of a continuation with %s', (_, text, rest) => {
    expect(removeFrom([text], KEPT)).toBe(rest);
    expect(removeFrom([...text], KEPT)).toBe(rest);
  });

  it('removes the longest of several repetitions', () => {
    const line = '- one more line of it\n';
    expect(removeFrom([`${line}${line}${line}end`], line.repeat(3))).toBe('end');
    expect(removeFrom([`${line}${line}end`], line.repeat(3))).toBe('end');
  });

  it('holds back only what may still be a repetition', () => {
    const overlap = new OverlapRemover(KEPT);
    expect([overlap.push('Pack my box'), overlap.push(' full'), overlap.push(' of')]).toEqual([
      '',
      'Pack my box full',
      ' of',
    ]);
    expect(new OverlapRemover(KEPT).push('!')).toBe('!');
    expect(new OverlapRemover('short').push('s')).toBe('s');
  });

  it('says when nothing is held back any more', () => {
    const overlap = new OverlapRemover(KEPT);
    overlap.push('Pack my box');
    expect(overlap.isDone).toBe(false);
    overlap.push(' full');
    expect(overlap.isDone).toBe(true);
  });

  it('recognizes a model that begins a long answer again', () => {
    const kept = Array.from({ length: 5_000 }, (_, index) => `${index} `).join('');
    expect(removeFrom([kept.slice(0, 9_000), `${kept.slice(9_000)}and on`], kept)).toBe('and on');
  });

  it('looks no further back than 4,000 characters else', () => {
    const kept = Array.from({ length: 5_000 }, (_, index) => `${index} `).join('');
    expect(removeFrom([`${kept.slice(-4_000)}on`], kept)).toBe('on');
    expect(removeFrom([`${kept.slice(-4_002)}on`], kept)).toBe(`${kept.slice(-4_002)}on`);
  });

  it('bears the worst text', () => {
    const kept = 'a'.repeat(100_000);
    const overlap = new OverlapRemover(kept);
    const pieces = Array.from({ length: 5_000 }, () => overlap.push('a'));
    expect(pieces.join('') + overlap.push('b')).toBe(`${'a'.repeat(1_000)}b`);
  });

  describe('for every text and every way to cut it', () => {
    // Few letters, so that repetitions of every kind come about.
    const letters = (maxLength: number) =>
      fc.string({ unit: fc.constantFrom('a', 'b', '字', '🙂', ' '), maxLength });
    const cuts = fc.array(fc.nat({ max: 100 }), { maxLength: 8 });

    function cut(text: string, at: readonly number[]): string[] {
      const places = [0, ...at.map((place) => Math.min(place, text.length)).sort((a, b) => a - b)];
      return places.map((from, index) => text.slice(from, places[index + 1] ?? text.length));
    }

    it('removes the same', () => {
      fc.assert(
        fc.property(letters(60), letters(40), fc.nat({ max: 60 }), cuts, (kept, fresh, repeated, at) => {
          const text = (repeated === 0 ? '' : kept.slice(-repeated)) + fresh;
          expect(removeFrom(cut(text, at), kept)).toBe(expected(text, kept));
        }),
        { numRuns: runs(400) },
      );
    });

    it('holds nothing back that cannot go on as a repetition', () => {
      fc.assert(
        fc.property(letters(60), letters(40), cuts, (kept, text, at) => {
          const overlap = new OverlapRemover(kept);
          let [read, passed] = ['', ''];
          for (const piece of cut(text, at)) {
            passed += overlap.push(piece);
            read += piece;
            const longer = Array.from(kept, (_letter, start) => kept.slice(start));
            const mayBegin = (start: string) =>
              longer.some(
                (end) =>
                  end.length >= MIN_OVERLAP_CHARS && end.length > start.length && end.startsWith(start),
              );
            const isKnown = Array.from(kept, (_letter, start) => kept.slice(start)).some(
              (end) => end.length >= MIN_OVERLAP_CHARS && read.startsWith(end),
            );
            const mayGoOn = mayBegin(read) || (!isKnown && /^\s/.test(read) && mayBegin(read.trimStart()));
            expect(passed).toBe(mayGoOn ? '' : expected(read, kept));
          }
        }),
        { numRuns: runs(200) },
      );
    });

    it('lets new text pass at once', () => {
      fc.assert(
        fc.property(letters(60), fc.string({ unit: 'grapheme', minLength: 1 }), (kept, fresh) => {
          fc.pre(!/[ab字🙂\s]/u.test(fresh.slice(0, 2)));
          expect(new OverlapRemover(kept).push(fresh)).toBe(fresh);
        }),
      );
    });
  });
});

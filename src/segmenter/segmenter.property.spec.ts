import fc from 'fast-check';
import { fencesOf, markdown, soup, tornBy, wholesOf } from '../../test/support/text/made-markdown.js';
import {
  chunksOf,
  cutsOf,
  cutting,
  expectWholeGraphemes,
  GRAPHEMES,
  piecesOf,
} from '../../test/support/text/segmented-text.js';
import { Segmenter, type SegmenterOutput } from './segmenter.js';
import { runs } from '../../test/property/runs.js';

const sizes = fc.record({ minChars: fc.integer({ min: 1, max: 60 }), afterMs: fc.constantFrom(0, 1e9) });
const budgets = fc.oneof(fc.integer({ min: 1, max: 256 }), fc.integer({ min: 257, max: 2100 }));
const NOW = 5;

describe('the segmenter, whatever is said', () => {
  const anyText = fc.oneof(
    markdown.map((parts) => parts.map(({ text }) => text).join('')),
    soup,
    fc.string({ unit: 'binary', maxLength: 200 }),
  );

  it('changes and loses no text, and begins no piece empty or blank', () => {
    fc.assert(
      fc.property(anyText, sizes, cutting, (text, options, by) => {
        const pieces = piecesOf(chunksOf(text, by), { ...options, nowMs: NOW });
        expect(pieces.join('')).toBe(text);
        expectWholeGraphemes(pieces);
        for (const piece of pieces.slice(1)) expect(piece.trimStart()).not.toBe('');
        if (pieces.length > 1) expect(pieces[0]?.trim()).not.toBe('');
      }),
      { numRuns: runs(125) },
    );
  });

  it('cuts at the same places however the text arrives', () => {
    fc.assert(
      fc.property(
        anyText,
        sizes,
        cutting,
        fc.option(budgets, { nil: undefined }),
        (text, options, by, maxBytes) => {
          const inOne = piecesOf([text], { ...options, maxBytes, nowMs: NOW });
          expect(piecesOf(chunksOf(text, by), { ...options, maxBytes, nowMs: NOW })).toEqual(inOne);
        },
      ),
      { numRuns: runs(125) },
    );
  });

  it('tears no fence, table, link, code span, formula, URL or grapheme when there is no budget', () => {
    fc.assert(
      fc.property(markdown, sizes, cutting, (parts, options, by) => {
        const text = parts.map((part) => part.text).join('');
        const cuts = cutsOf(piecesOf(chunksOf(text, by), { ...options, nowMs: NOW }));
        expect(tornBy(cuts, wholesOf(parts))).toEqual([]);
      }),
      { numRuns: runs(125) },
    );
  });

  it('tears no fence and no link in any heap of marks', () => {
    fc.assert(
      fc.property(
        soup.filter((text) => !/^[\s\d]*(?:[->*+]|\d\.)/m.test(text) && !/\$\$|\\/.test(text)),
        sizes,
        (text, options) => {
          const cuts = cutsOf(piecesOf([text], { ...options, nowMs: NOW }));
          const links = Array.from(text.matchAll(/\[[^[\]\n`<]*\]\([^\s()<`]*\)/g), ({ index, 0: link }) => ({
            start: index,
            end: index + link.length,
          }));
          expect(tornBy(cuts, [...fencesOf(text), ...links])).toEqual([]);
        },
      ),
      { numRuns: runs(125) },
    );
  });
});

describe('the segmenter with a byte budget', () => {
  const flagsAndMarks = fc.string({
    unit: fc.constantFrom('🇩🇪', '👨‍👩‍👧‍👦', 'e\u0301\u0302', '한', 'नि', 'क्षि', '字', 'a', ' ', '\r\n'),
    maxLength: 60,
  });
  const text$ = fc.oneof(
    markdown.map((parts) => parts.map(({ text }) => text).join('')),
    soup,
    flagsAndMarks,
  );

  it('never exceeds it but for a single grapheme that does, and tears none', () => {
    fc.assert(
      fc.property(text$, sizes, cutting, budgets, (text, options, by, maxBytes) => {
        const pieces = piecesOf(chunksOf(text, by), { ...options, maxBytes, nowMs: NOW });
        expect(pieces.join('')).toBe(text);
        expectWholeGraphemes(pieces);
        for (const piece of pieces) {
          if (Buffer.byteLength(piece) > maxBytes)
            expect(Array.from(GRAPHEMES.segment(piece))).toHaveLength(1);
        }
      }),
      { numRuns: runs(125) },
    );
  });

  it('leaves at most one piece unused in all, but for the ends of sentences', () => {
    const sentences = fc.array(
      fc.constantFrom('So. ', 'It works well. ', '今天很好。', '先看，再想；最后做。', 'Yes! '),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    const block = fc
      .tuple(fc.constantFrom('', '', '- ', '  - ', '## Head\n\n', '1. '), sentences)
      .map(([mark, words]) => `${mark}${words.join('')}`);
    const blocks = fc.array(fc.tuple(block, fc.constantFrom('\n', '\n\n')), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(blocks, fc.integer({ min: 160, max: 600 }), cutting, (made, maxBytes, by) => {
        const text = made.flat().join('');
        const pieces = piecesOf(chunksOf(text, by), { minChars: 1, afterMs: 0, nowMs: NOW, maxBytes });
        // The longest sentence, with its heading or marker and what ends its line.
        const usable = maxBytes - 30 - 14;
        expect(pieces.length).toBeLessThanOrEqual(Math.ceil((Buffer.byteLength(text) + maxBytes) / usable));
        for (const piece of pieces) expect(piece.trim()).not.toBe('');
      }),
      { numRuns: runs(125) },
    );
  });

  it('is one piece where it fits', () => {
    fc.assert(
      fc.property(text$, sizes, cutting, (text, options, by) => {
        const maxBytes = Math.max(1, Buffer.byteLength(text));
        expect(piecesOf(chunksOf(text, by), { ...options, maxBytes, nowMs: NOW })).toEqual([text]);
      }),
      { numRuns: runs(50) },
    );
  });

  it('tears nothing that would fit into a piece', () => {
    fc.assert(
      fc.property(markdown, cutting, budgets, (parts, by, maxBytes) => {
        const text = parts.map((part) => part.text).join('');
        const cuts = cutsOf(piecesOf(chunksOf(text, by), { minChars: 1e9, afterMs: 1e9, maxBytes }));
        // With the indentation and the line ends that belong to it. The first row of a table whose rows
        // begin with no pipe is distinguished from text too late.
        const fitting = wholesOf(parts).filter(
          (part) => Buffer.byteLength(part.text) + 6 <= maxBytes && !part.text.startsWith('a | b'),
        );
        expect(tornBy(cuts, fitting)).toEqual([]);
      }),
      { numRuns: runs(125) },
    );
  });
});

describe('what the segmenter holds back', () => {
  it("is a line's opening at most, without a budget", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          soup,
          fc.string({ unit: fc.constantFrom(' ', '>', '\t', '\n', '#', '`', '-', '1', 'a'), maxLength: 400 }),
        ),
        sizes,
        (text, options) => {
          piecesOf(chunksOf(text, [1]), {
            ...options,
            nowMs: NOW,
            onHeld: (units) => expect(units).toBeLessThanOrEqual(102),
          });
        },
      ),
    );
  });

  it("is no more than the budget and a line's opening, with one", () => {
    fc.assert(
      fc.property(soup, sizes, budgets, (text, options, maxBytes) => {
        piecesOf(chunksOf(text, [1]), {
          ...options,
          maxBytes,
          onHeld: (units) => expect(units).toBeLessThanOrEqual(maxBytes + 102),
        });
      }),
    );
  });
});

describe('the segmenter after a restart', () => {
  it('goes on as if the voided text had never come', () => {
    const budget = fc.option(budgets, { nil: undefined });
    fc.assert(
      fc.property(markdown, sizes, budget, cutting, (parts, options, maxBytes, by) => {
        const text = parts.map((part) => part.text).join('');
        const expected = piecesOf([text], { ...options, afterMs: 1e9, maxBytes });

        const segmenter = new Segmenter({ ...options, afterMs: 1e9, maxBytes }, 0);
        const kept: string[] = [];
        let open = '';
        const fold = (outputs: readonly SegmenterOutput[]) => {
          for (const output of outputs) {
            if (output.type === 'text') open += output.text;
            else kept.push(open);
            if (output.type === 'cut') open = '';
          }
        };
        for (const chunk of chunksOf(text, by)) fold(segmenter.push(chunk, 0));
        segmenter.restart(0);
        open = '';
        fold(segmenter.push(text.slice(kept.join('').length), 0));
        fold(segmenter.flush());
        expect([...kept, open]).toEqual(expected);
      }),
    );
  });
});

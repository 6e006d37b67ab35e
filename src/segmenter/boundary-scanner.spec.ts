import fc from 'fast-check';
import { markdown, soup } from '../../test/support/text/made-markdown.js';
import { BoundaryScanner } from './boundary-scanner.js';
import { RANK, type Rank } from './boundary.js';
import { HeldText } from './held-text.js';
import { runs } from '../../test/property/runs.js';

/** Reads character by character. @returns the best rank of a place on the way */
function read(scanner: BoundaryScanner, text: string): Rank {
  let best: Rank = RANK.none;
  for (const char of text) {
    const met = scanner.meet(char);
    const lineRank = scanner.take(char) ?? RANK.none;
    best = [best, met, lineRank].reduce((one, other) => (one > other ? one : other));
  }
  return best;
}

const words = fc.array(
  fc.constantFrom(
    ...[
      'the',
      'how',
      'who',
      'http',
      'w',
      'Hello',
      'e',
      'No',
      '3',
      '数据',
      '库',
      'h',
      'hw',
      'Wow',
      'www',
      ' ',
      ' ',
    ],
    ...[
      ', ',
      '，',
      '; ',
      "'",
      '’',
      ' (',
      ') ',
      '（',
      '）',
      '、',
      '. ',
      '.',
      '"',
      '*',
      '`',
      ':',
      '\n',
      '- ',
      '。',
      '!',
    ],
  ),
  { maxLength: 40 },
);
const anyText = fc.oneof(
  words.map((parts) => parts.join('')),
  markdown.map((parts) => parts.map(({ text }) => text).join('')),
  soup,
);

describe.each(['wordsAt', 'clausesAt'] as const)('Plain text as %s finds it', (find) => {
  it('leaves the scanner as its characters would, and has no place that is wanted', () => {
    let skipped = 0;
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 60 }), (text, limit) => {
        const held = new HeldText();
        held.add(text);
        const skipping = new BoundaryScanner();
        const reading = new BoundaryScanner();
        for (let at = 0; at < text.length;) {
          const run = at > 0 && skipping.isPlain ? held[find](at, limit) : '';
          const next = run === '' ? held.characterAt(at, true) : run;
          const best = read(reading, next);
          if (run === '') read(skipping, next);
          else {
            skipping.takePlain(run);
            skipped++;
            expect(best).toBeLessThanOrEqual(find === 'wordsAt' ? RANK.word : RANK.clause);
            expect(run.length).toBeLessThanOrEqual(limit);
            expect(JSON.stringify(skipping.snapshot())).toBe(JSON.stringify(reading.snapshot()));
          }
          at += next.length;
        }
      }),
      { numRuns: runs(125) },
    );
    expect(skipped).toBeGreaterThan(500);
  });
});

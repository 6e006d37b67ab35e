import { answerOf, KINDS, LANGUAGES } from '../../test/support/service/answer-kinds.js';
import { piecesOf } from '../../test/support/text/segmented-text.js';

/** A message of WeChat. */
const BUDGET = 2_048;
const SIZES = [1_500, 3_000, 4_500, 6_000, 9_500];

const cut = (text: string) => piecesOf([text], { minChars: 600, afterMs: 15_000, maxBytes: BUDGET });
const leastFor = (text: string) => Math.ceil(Buffer.byteLength(text) / BUDGET);

/** `npm run bench:break` prints more of it. */
describe('Answers of many kinds in messages of at most 2,048 bytes', () => {
  const made = KINDS.flatMap((kind) => LANGUAGES.map((language) => ({ kind, language })));

  it.each(made.map(({ kind, language }) => [kind.name, language, kind] as const))(
    'are hardly more messages than they need, each of them complete: %s, %s',
    (_, language, kind) => {
      const ratios = SIZES.flatMap((bytes) =>
        [11, 12, 13].map((seed) => {
          const text = answerOf(kind, language, { bytes, seed });
          const pieces = cut(text);
          expect(pieces.join('')).toBe(text);
          expect(Math.max(...pieces.map((piece) => Buffer.byteLength(piece)))).toBeLessThanOrEqual(BUDGET);
          if (!kind.isWhole) expect(pieces.length).toBeLessThanOrEqual(leastFor(text) + 1);
          // No heading is the last of a message.
          for (const piece of pieces) expect(piece.trimEnd().split('\n').at(-1)).not.toMatch(/^#/);
          return pieces.length / leastFor(text);
        }),
      );
      const median = ratios.toSorted((left, right) => left - right)[Math.floor(ratios.length / 2)];
      expect(median).toBeLessThanOrEqual(1.25);
    },
  );
});

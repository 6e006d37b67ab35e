/** Into how many messages answers are cut by a budget in bytes, against the least that is possible: see docs/promises.md. */
import { Segmenter, type SegmenterOutput } from '../../../src/segmenter/segmenter.js';
import { answerOf, KINDS, LANGUAGES } from '../../../test/support/service/answer-kinds.js';
import { markdownTable } from '../report/table.js';

/** A message of WeChat. */
const BUDGET = 2_048;
const OPTIONS = { minChars: 600, afterMs: 15_000, maxBytes: BUDGET };
const SIZES = [1_200, 2_000, 3_000, 4_500, 6_000, 7_500, 9_500];
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

function cut(text: string): string[] {
  const segmenter = new Segmenter(OPTIONS, 0);
  const pieces = [''];
  const take = (outputs: readonly SegmenterOutput[]) => {
    for (const output of outputs) {
      if (output.type === 'cut') pieces.push('');
      else pieces[pieces.length - 1] += output.text;
    }
  };
  for (let at = 0; at < text.length; at += 5) take(segmenter.push(text.slice(at, at + 5), 0));
  take(segmenter.flush());
  return pieces;
}

const median = (numbers: readonly number[]) =>
  numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? NaN;

const ratios: number[] = [];
const rows = KINDS.flatMap((kind) =>
  LANGUAGES.map((language) => {
    const answers = SIZES.flatMap((bytes) => SEEDS.map((seed) => answerOf(kind, language, { bytes, seed })));
    const cuts = answers.map((text) => {
      const pieces = cut(text);
      const least = Math.ceil(Buffer.byteLength(text) / BUDGET);
      return {
        count: pieces.length,
        least,
        largest: Math.max(...pieces.map((piece) => Buffer.byteLength(piece))),
      };
    });
    ratios.push(...cuts.map(({ count, least }) => count / least));
    const sum = (of: (one: (typeof cuts)[number]) => number) =>
      cuts.reduce((total, one) => total + of(one), 0);
    return [
      `${kind.name}${kind.isWhole ? ' *' : ''}`,
      language,
      String(sum(({ least }) => least)),
      String(sum(({ count }) => count)),
      median(cuts.map(({ count, least }) => count / least)).toFixed(2),
      `+${Math.max(...cuts.map(({ count, least }) => count - least))}`,
      String(Math.max(...cuts.map(({ largest }) => largest))),
    ];
  }),
);

const head = [
  'answers of',
  'language',
  'least',
  'pieces',
  'ratio, median',
  'at worst',
  'largest piece, bytes',
];
process.stdout.write(`${markdownTable(head, rows)}\n\n`);
process.stdout.write(
  `${ratios.length} answers, ratio of all: median ${median(ratios).toFixed(2)}. * has parts that must not be torn.\n`,
);

import fc from 'fast-check';

/** A stretch of a made document. A stretch that was made as one fence, table, link or the like must not be cut. */
export interface Part {
  readonly text: string;
  readonly isWhole: boolean;
}

const plain = (text: string): Part => ({ text, isWhole: false });
const whole = (text: string): Part => ({ text, isWhole: true });

const SENTENCES = [
  'It works. ',
  'Does it? ',
  'Dr. Smith pays 3.14 euros, e.g. by card. ',
  'They said "No." And left! ',
  '今天很好。',
  '他说：“走吧！”然后走了。',
  '先设置 PORT，再启动服务；好吗？',
  'Wait… what? 😀👍🏽 Yes. ',
  'e\u0301te\u0301. \u0301A ',
  'a word and another ',
];
const WHOLES = [
  '[A link. With text](https://a.example/x?y=1.2)',
  '![An image. 图。好](<a b.png> "A title. Yes")',
  '`code. Here` ',
  '``a ` b. C`` ',
  '<https://a.example/b,c> ',
  'https://a.example/long/path?x=1,2;3 ',
  '$$a. B$$ ',
  '👨‍👩‍👧‍👦',
  '🇩🇪',
];
const CODE_LINES = [
  'a. B();',
  '',
  '# no heading',
  '| x. | Y |',
  '- x. Y',
  '``',
  '~~',
  '他。她。',
  '  if (x) { y. Z }',
  '1. a',
];

const sentence = fc.constantFrom(...SENTENCES).map(plain);
const span = fc.constantFrom(...WHOLES).map(whole);
const prose = fc.array(fc.oneof({ weight: 3, arbitrary: sentence }, span), { minLength: 1, maxLength: 8 });
const fence = fc
  .record({
    mark: fc.constantFrom('```', '````', '~~~', '~~~~~'),
    language: fc.constantFrom('', 'ts', ' json'),
    lines: fc.array(fc.constantFrom(...CODE_LINES), { maxLength: 6 }),
    indent: fc.constantFrom('', ' ', '   '),
  })
  .map(({ mark, language, lines, indent }) =>
    [mark + language, ...lines, mark].map((line) => (line === '' ? '' : indent + line)).join('\n'),
  );
const table = fc.constantFrom(
  '| a | b |\n|---|---|\n| Yes. No | 2 |\n| 好。坏 | 4 |',
  '|a|\n|:-:|\n|One. Two|',
  'a | b\n--|--\nOne. Two | 3\n没有。 | 4',
);
const itemWithFence = fc
  .tuple(fc.constantFrom('- ', '1. ', '* '), fence)
  .map(([marker, code]) => [
    plain(`${marker}As here:\n\n`),
    whole(code.replaceAll(/^(?=.)/gm, ' '.repeat(marker.length)).trimStart()),
  ])
  .map(([item, code]) => [plain((item?.text ?? '') + '   '), code ?? plain('')]);
const items = fc
  .array(prose, { minLength: 1, maxLength: 3 })
  .map((list) => list.flatMap((parts, index) => [plain(index > 0 ? '\n- ' : '- '), ...parts]));
const block = fc.oneof(
  { weight: 4, arbitrary: prose },
  fence.map((code) => [whole(code.trimStart())]),
  table.map((rows) => [whole(rows)]),
  items,
  itemWithFence,
  fc
    .constantFrom('# A heading', 'A heading\n---', '> A quote. With more.\n> 好的。')
    .map((text) => [plain(text)]),
);
/** Blocks with blank lines between them. */
export const markdown = fc
  .array(block, { minLength: 1, maxLength: 12 })
  .map((blocks) => blocks.flatMap((parts, index) => (index > 0 ? [plain('\n\n'), ...parts] : parts)));

export const soup = fc.string({
  unit: fc.constantFrom(
    ...[
      'a',
      'B',
      ' ',
      '. ',
      '! ',
      '。',
      '？',
      '\n',
      '\n\n',
      '`',
      '```',
      '~~~',
      '[',
      ']',
      '(',
      ')',
      '](',
      '|',
      '-',
      '--',
      '# ',
    ],
    ...[
      '*',
      '**',
      '> ',
      '- ',
      '1. ',
      '"',
      '“',
      '”',
      '<',
      '>',
      'https://',
      '$$',
      '\\',
      '😀',
      '\u200d',
      '🇩🇪',
      '\u0301',
      '\r\n',
      '\t',
      '，',
      ', ',
    ],
  ),
  maxLength: 120,
});

export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Those of the stretches that a cut falls inside. */
export function tornBy<T extends Stretch>(cuts: readonly number[], stretches: readonly T[]): T[] {
  return stretches.filter(({ start, end }) => cuts.some((cut) => cut > start && cut < end));
}

/** The uncuttable parts, without the white space at their ends. */
export function wholesOf(parts: readonly Part[]): (Stretch & { text: string })[] {
  let at = 0;
  return parts.flatMap(({ text, isWhole }) => {
    const start = at;
    at += text.length;
    return isWhole ? [{ start, end: start + text.trimEnd().length, text }] : [];
  });
}

/** Fences as CommonMark has them outside lists and quotes, read line by line with the complete text at hand. */
export function fencesOf(text: string): Stretch[] {
  const fences: Stretch[] = [];
  let open: { start: number; mark: string } | undefined;
  let at = 0;
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1];
    const closes = open && new RegExp(`^ {0,3}${open.mark[0]}{${open.mark.length},}\\s*$`).test(line);
    if (open && closes) fences.push({ start: open.start, end: at + line.length });
    if (open) open = closes ? undefined : open;
    else if (mark) open = { start: at, mark };
    at += line.length + 1;
  }
  return open ? [...fences, { start: open.start, end: text.length }] : fences;
}

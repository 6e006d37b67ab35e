import { piecesOf } from '../../test/support/text/segmented-text.js';

/** A message of WeChat. */
const BUDGET = 2_048;
const OPTIONS = { minChars: 600, afterMs: 15_000, maxBytes: BUDGET };

const bytesOf = (pieces: readonly string[]) => pieces.map((piece) => Buffer.byteLength(piece));
const cut = (text: string, maxBytes = BUDGET) => piecesOf(text.match(/.{1,5}/gsu)!, { ...OPTIONS, maxBytes });

/** So many bytes of sentences of some 80 characters each. */
function english(
  bytes: number,
  sentence = 'The segmenter decides where one message ends and where the next one begins here. ',
): string {
  const text = sentence.repeat(Math.ceil(bytes / sentence.length)).slice(0, bytes - 1);
  return `${text.trimEnd()}.`.padEnd(bytes, '.');
}
const chinese = (characters: number) =>
  `${'分段器决定一条消息在哪里结束，下一条在哪里开始。'.repeat(100).slice(0, characters - 1)}。`;

describe('An answer in messages of at most 2,048 bytes', () => {
  it('is two messages for 3,673 bytes of English in one paragraph', () => {
    const pieces = cut(english(3_673));
    expect(pieces).toHaveLength(2);
    expect(pieces[0]).toMatch(/\. $/);
  });

  it.each([
    ['1,938 bytes of Chinese in one paragraph', chinese(646)],
    ['exactly 2,048 bytes', english(BUDGET)],
    ['three short paragraphs', `${chinese(200)}\n\n${chinese(200)}\n\n${chinese(200)}`],
  ])('is one message where it fits: %s', (_, text) => expect(cut(text)).toEqual([text]));

  it('is a message for each of four headed sections of 1,956 bytes', () => {
    const sections = ['一', '二', '三', '四'].map((number) =>
      `## 第${number}节\n\n${chinese(644)}`.slice(0, 652),
    );
    expect(bytesOf(sections).every((bytes) => bytes > 1_900 && bytes <= 1_956)).toBe(true);
    expect(cut(sections.join('\n\n')).map((piece) => piece.trimEnd())).toEqual(sections);
  });

  it.each([
    ['three columns deep', '1. ', '   - '],
    ['two columns deep', '- ', '  - '],
    ['two columns deep below a number', '1. ', '  * '],
  ])('is cut before an item of the outer list, the inner one being %s', (_, outer, inner) => {
    const item = `${outer}An item of the outer list that says a thing or two\n${`${inner}An inner item that says more. And more.\n`.repeat(6)}`;
    const pieces = cut(item.repeat(20));
    expect(pieces.length).toBeGreaterThan(2);
    for (const piece of pieces) expect(piece.startsWith(outer)).toBe(true);
  });

  it('keeps an inner item away from a cut between an item and its own', () => {
    // No item of the outer list lies between 60 % and 100 %.
    const inner = `  - ${'word '.repeat(14)}\n`;
    const pieces = cut(`${english(1_150)}\n- An outer item\n${inner.repeat(40)}`);
    for (const piece of pieces.slice(1)) expect(piece).toMatch(/^ {2}- /);
    expect(pieces[0]).toMatch(/^ {2}- .*\n$/m);
  });

  it.each([
    ['a heading, a sentence after it notwithstanding', `${english(1_400)}\n\n`, `## Next\n\n${english(900)}`],
    ['a paragraph, a sentence after it notwithstanding', `${english(1_300)}\n\n`, english(900)],
    [
      'an item, a sentence after it notwithstanding',
      `${english(600)}\n- A.\n- ${english(700)}\n`,
      `- ${english(900)}`,
    ],
    [
      'a sentence, a line after it notwithstanding',
      `${'So it is. '.repeat(130)}`,
      `Word ${'word '.repeat(100)}\n${'word '.repeat(200)}`,
    ],
    ['a line, a clause after it notwithstanding', `${'word '.repeat(280)}\n`, `word, ${'word '.repeat(200)}`],
    ['a clause, a word after it notwithstanding', `${'word '.repeat(280)}word, `, 'word '.repeat(200)],
    [
      'a heading before a fence',
      `${english(1_000)}\n\n`,
      `## Code\n\n\`\`\`\n${'let a = b;\n'.repeat(120)}\`\`\`\n`,
    ],
  ])('is cut before %s', (_, first, second) => {
    expect(cut(first + second)).toEqual([first, second]);
  });

  it('is cut at line ends in a fence, and at row ends in a table, that is longer than a message', () => {
    for (const text of [
      `\`\`\`\n${'call(a, b, c);\n'.repeat(400)}\`\`\``,
      `| a | b |\n|---|---|\n${'| One. Two | three |\n'.repeat(300)}`,
    ]) {
      const pieces = cut(text);
      expect(pieces).toHaveLength(Math.ceil(Buffer.byteLength(text) / BUDGET));
      for (const piece of pieces.slice(0, -1)) expect(piece).toMatch(/\n$/);
    }
  });

  it.each(['[', '`'])('does without what an unclosed %s might have kept together', (mark) => {
    const pieces = cut(`So ${mark}it is. ${english(3_800)}`);
    expect(pieces).toHaveLength(2);
    expect(pieces[0]).toMatch(/\. $/);
  });

  it('is cut at a line end in a text in brackets that is longer than a message', () => {
    const pieces = cut(`[${'{ "a": 1, "b": 2 },\n'.repeat(25)}](${'x, \n'.repeat(500)})`);
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces.slice(0, -1)) expect(piece).toMatch(/\n$/);
  });

  it('leaves no more room unused than one message in all, however its paragraphs fall', () => {
    const text = `${english(1_290)}\n\n`.repeat(8);
    const least = Math.ceil(Buffer.byteLength(text) / BUDGET);
    expect(cut(text).length).toBeLessThanOrEqual(least + 1);
  });
});

describe('Much text at once', () => {
  it.each([
    ['words', 'word '.repeat(60_000)],
    ['one word', 'a'.repeat(300_000)],
    ['a line of code', `\`\`\`\n${'call(a); '.repeat(33_000)}`],
    ['lines of code', `\`\`\`\n${'call(a);\n'.repeat(33_000)}`],
  ])('takes linear time: %s', (_, text) => {
    for (const options of [OPTIONS, { minChars: 600, afterMs: 15_000 }]) {
      const startedAt = process.cpuUsage();
      expect(piecesOf([text], options).join('')).toBe(text);
      // For 300,000 characters.
      expect(process.cpuUsage(startedAt).user / 1000).toBeLessThan(1_500);
    }
  });
});

import { Segmenter, type SegmenterOutput } from './segmenter.js';
import { SETTLE_MS, type SegmenterOptions } from './segmenter-options.js';

/** Every place that time, or the smallest size, may choose is chosen; no piece is so long that it needs another. */
const EVERYWHERE: SegmenterOptions = { minChars: 1e9, afterMs: 0 };

/** What comes of `text`, a unit at a time, with `¦` for each cut. */
function cut(text: string, options = EVERYWHERE): string {
  const segmenter = new Segmenter(options, 0);
  return written([
    ...Array.from({ length: text.length }, (_, at) => segmenter.push(text.charAt(at), 0)).flat(),
    ...segmenter.flush(),
  ]);
}

function written(outputs: readonly SegmenterOutput[]): string {
  return outputs.map((output) => (output.type === 'cut' ? '¦' : output.text)).join('');
}

/** `expected` is the text itself, with `¦` where it is to be cut. */
const expectCuts = (expected: string, options = EVERYWHERE) =>
  expect(cut(expected.replaceAll('¦', ''), options)).toBe(expected);

describe('a cut by size', () => {
  it('falls at the end of a paragraph from the smallest size on', () => {
    expectCuts('A paragraph.\n\nAnother one.\n\n¦The third.\n\nThe last one.', {
      minChars: 25,
      afterMs: 1e9,
    });
  });

  it('falls at the end of a sentence where the paragraph goes on', () => {
    expectCuts('First one. Second one. ¦Third one. Fourth one. ¦Fifth.', { minChars: 20, afterMs: 1e9 });
  });

  it.each([
    'Not without white space.Here. ¦But here.',
    'A question? ¦An exclamation! ¦Both?! ¦Dots... ¦And so on… ¦End.',
    'He said "No." ¦She left (at once.) ¦**Bold.** ¦And _so._ ¦On.',
    'It is 3.14. ¦See v2.0. ¦In 1990. ¦That is No. 5 of 12. of them? ¦No. ¦Yes.',
    'We sold 12. ¦They sold 15. ¦No, 5. ¦Yes. ¦5. ¦Or 7.',
    'See No. 5. and fig. 12. and Jan. 3. Then p. 1990. ¦No. ¦I saw 5. ¦On.',
    '1. One. ¦Two\n\n¦1.2. Two 3. ¦Four\n¦- 10. Five',
    'Dr. Smith and J. R. Roe, e.g. in the U.S. or at 5 p.m. today, vs. Prof. Lee. ¦Yes.',
    'Ask at example.com. ¦Or at a.b. that is it.',
    'Wait… what? he asked. ¦Then etc. and so on.',
    'A line.\n¦Another that is\nwrapped. ¦End',
    'Windows.\r\n\r\n¦Lines.\r\n¦End.',
    'No break here.\u00a0¦Then.',
    '¿Qué? ¦Sí. ¦Это он. ¦А. С. Пушкин. ¦यह है। ¦हाँ।',
  ])('in Latin and like scripts: %j', (expected) => expectCuts(expected));

  it.each([
    '今天很好。¦明天呢？¦走吧！¦好',
    '他说：“走吧。”¦然后走了。¦（真的。）¦《书》',
    '真的吗？！¦是的……¦好。\n¦然后',
    '他说"好。"¦然后走。¦"好"',
    '用 Node.js 24。¦再见! ¦好吗?¦好',
    '版本是3.14。¦Then English. ¦再来中文。¦**注意。小心。**¦好。¦**好**',
    '先看，再想；最后做：好、行',
  ])('in Chinese: %j', (expected) => expectCuts(expected));

  it.each([
    ['a fence', 'Code:\n\n¦```ts\na. B\n\nc. D\n```\n¦After. ¦End.'],
    ['a fence with shorter ones in it', '````md\n```\na. B\n```\n\n# c\n````\n\n¦After.'],
    ['a fence of tildes', '~~~~\n~~~\n```\na. B\n~~~~ \n¦After.'],
    ['a fence that nothing closes', 'Code:\n¦```\na. B\n\nc. D\n\n``` ts\ne. F'],
    ['a fence with a deep mark', '```\n    ```\na. B\n\nc\n   ```\n¦After.'],
    ['a fence in a list', '1. Do:\n\n¦   ```sh\n   a. B\n\n   c\n   ```\n\n¦2. Then'],
    ["a fence on a list item's line", '- ```\n  a. B\n\n  c\n  ```\n¦- d'],
    ['a fence deep in a list', '- a\n¦  - b\n\n¦    ```\n    c. D\n      ```\n¦    E'],
    ['a fence in a quote', '> ```\n> a. B\n>\n> c\n> ```\n¦> D'],
    ['a fence that its quote ends', '> ```\n> a. B\n\n¦So. ¦On'],
    ['a fence that its quote ends without a blank line', '> ```\n> a. B\nSo. ¦On'],
    ['a fence that its item does not end with text', '- ```\n  a. B\n  ```\n¦So. ¦On'],
    ['a fence with marks and more', '```\n``` `\na. B\n```\n¦So. ¦On'],
    ['a fence with a backtick in its first line', '~~~ a`b\nc. D\n\ne\n~~~\n¦So. ¦On'],
    ['a fence in an item that begins with it below', '- \n¦  ```\n  a. B\n     ```\n¦So. ¦On'],
    ['a fence after a list', '- a\n\n¦So\n\n     ```\n\n¦So. ¦On'],
    ['a fence in a quote after a list', '- a\n¦> b\n>\n>     ```\n>\n¦> So. ¦On'],
    ['a fence after a list in a quote', '> - a\n\n¦   ```\n     ```\n\nb. C\n   ```\n¦So. ¦On'],
    ['a fence right after a list in a quote', '> - a\n¦   ```\n     ```\n\nb. C\n   ```\n¦So. ¦On'],
    ['inline code that looks like a fence', '```a. B``` c. ¦D'],
    ['indented code that looks like one', 'A:\n\n    ```\n\n¦So. ¦On'],
    ['a table', 'T:\n\n¦| a. B | c |\n|---|---|\n| d. E | f |\n\n¦So. ¦On'],
    ['a table right below text', 'T.\n¦| a. B |\n| --- |\n| d. E |\n¦# G'],
    ['a table without pipes at its sides', 'a | b. C\n--|:-:\nd. E | f\ng. H\n\n¦So. ¦On'],
    ['a table whose first row ends like a sentence', 'a | b.\n:-: | -\nC. D\n\n¦So. ¦On'],
    ['a heading and its text', '# It is. So\n\nText\n\n¦## C\nText. ¦D\n¦### E\n\nF'],
    ['an underlined heading', 'Title.\n=====\n\nText.\n\n¦Title.\n---\n\nText'],
    ['a heading underlined with one mark', 'It is.\n-\n\nText. ¦On'],
    ['a mark that combines with a line end', 'So.\n\n\u0301on. ¦On'],
    ['list items from each other', '- a\n¦- b. ¦C\n¦  1. d\n¦  2. e\n¦* f\n¦+ g'],
    ['a numbering from its text', '1. A\n¦12. B\n¦3) So. ¦On\n\n¦**1.** E\n\n¦2024. F'],
    ['indented code', 'A:\n\n    b\n\n    c\n\n¦D'],
    ['a quote', 'A\n¦> b.\n¦> C d\n> e\n\n¦F'],
  ])('keeps together what belongs together: %s', (_, expected) => expectCuts(expected));

  it.each([
    ['a link', 'A [b. C](https://d.example "E. F) g") h. ¦I'],
    ['a link with brackets and parentheses', '[a [b. C] d](e(f. G)h) i. ¦J'],
    ['a link with parentheses in its target', '[a](b(c)d. E) f. ¦On'],
    ['a link with a parenthesis in its title', '[a](b "C) d. E") f. ¦On'],
    ['a link with a parenthesis in angles', '[a](<b) c. D>) e. ¦On'],
    ['a link to a target in angles', '[a](<b. C) d>) e. ¦F'],
    ['a link by name', 'See [a. B][c. D] e. ¦F'],
    ['an image', 'A ![b. C](d.png) e. ¦F'],
    ['an autolink', '看<https://a.example/。？>吧。¦好'],
    ['a tag', '<a title="B. C">d. ¦E</a>'],
    ['a code span', 'Use `a. B` or ``c ` d. E``. ¦Then'],
    ['a code span over lines', 'Use `a.\nB` c. ¦D'],
    ['a formula', 'So $$a. B$$ c. ¦Do'],
    ['a block of formulas', 'So:\n\n¦$$\na. B\n\nC\n$$\n\n¦D\n\n¦\\[\nE. F\n\nG\n\\]\n\n¦H'],
    ['emphasis', 'A **b. C** d. ¦E 2*300. ¦F'],
    ['citations', 'So it is.[1] ¦And so.[^2] ¦End.'],
    ['graphemes', 'So. \u0301on. ¦So。\u0301on。¦On'],
    ['prices', '$$$ is dear. ¦$500. ¦Yes'],
    ['marks that were escaped', 'A \\[b. ¦C \\`d. ¦E'],
    ['what is not closed, for its paragraph only', 'A [b. C `d. E\n\n¦So. ¦On'],
  ])('keeps together what belongs together on a line: %s', (_, expected) => expectCuts(expected));

  it('leaves white space to the piece before', () => {
    expectCuts('One.  \n \n\t\n¦  Two.\u3000¦Three.   ');
  });

  it('is none where nothing follows or nothing was said', () => {
    expect(cut('\n\n \nOne.\n\n')).toBe('\n\n \nOne.\n\n');
    expect(cut('')).toBe('');
  });
});

describe('text that is passed on', () => {
  it('is all that came, while no cut is due', () => {
    const segmenter = new Segmenter({ minChars: 600, afterMs: 15_000 }, 0);
    for (const text of ['One.', ' ', '\n\n', '``', '`', '\n', '  ', '| a', '3.']) {
      expect(segmenter.push(text, 1)).toEqual([{ type: 'text', text }]);
    }
  });

  it("does not have a line's opening, where that may decide about a cut", () => {
    const segmenter = new Segmenter(EVERYWHERE, 0);
    expect(written(segmenter.push('One\n\n', 0))).toBe('One\n\n');
    expect(written(segmenter.push('  -', 0))).toBe('');
    expect(written(segmenter.push(' Two', 0))).toBe('¦  - Two');
    expect(written(segmenter.push(`\n\n${' '.repeat(100)}`, 0))).toBe('\n\n');
    expect(written(segmenter.push(' ', 0))).toBe(' '.repeat(101));
  });

  it('is never half of a surrogate pair', () => {
    const segmenter = new Segmenter(EVERYWHERE, 0);
    expect(written(segmenter.push('a\ud83d', 0))).toBe('a');
    expect(written(segmenter.push('\ude00b', 0))).toBe('😀b');
    expect(written(segmenter.push('c\ud83d', 0))).toBe('c');
    expect(written(segmenter.flush())).toBe('\ud83d');
  });
});

describe('a cut by time', () => {
  const options = { minChars: 600, afterMs: 15_000 };

  it('falls at the next end of a sentence, and time counts from there on', () => {
    const segmenter = new Segmenter(options, 1000);
    expect(written(segmenter.push('One. Two. Th', 15_999))).toBe('One. Two. Th');
    expect(written(segmenter.push('ree. Four, ', 16_000))).toBe('ree. ¦Four, ');
    expect(written(segmenter.push('five. Six. ', 30_999))).toBe('five. Six. ');
    expect(written(segmenter.push('Seven. ', 31_000))).toBe('¦Seven. ');
  });

  it.each(['One.', 'One 3. ', 'One.\n', 'One\n\n', '好。', '“好。”', '- One\n- Two.', '```\na\n```\n'])(
    'falls after %j when the model is silent',
    (text) => {
      const segmenter = new Segmenter(options, 0);
      segmenter.push(text, 100);
      expect(segmenter.wakeAt).toBe(15_000);
      expect(segmenter.tick(14_999)).toEqual([]);
      expect(segmenter.tick(15_000)).toEqual([{ type: 'cut' }]);
      expect(segmenter.wakeAt).toBeNull();
      expect(segmenter.tick(60_000)).toEqual([]);
      expect(written(segmenter.push(' Two. Three', 60_000))).toBe(' Two. ¦Three');
    },
  );

  it.each([
    '',
    ' \n',
    'One',
    'One,',
    'Dr.',
    'No. 3.',
    'It is 3.',
    '# One.\n',
    '```\na. B.\n',
    '| a. |\n',
    '[a.',
    '`a.',
    'see https://a.example.',
    'One.\n-',
  ])('does not fall after %j', (text) => {
    const segmenter = new Segmenter(options, 0);
    segmenter.push(text, 20_000);
    expect(segmenter.tick(60_000)).toEqual([]);
    expect(segmenter.wakeAt).toBeNull();
  });

  it('waits a moment, for the model may have ended', () => {
    const segmenter = new Segmenter(options, 0);
    segmenter.push('One.', 20_000);
    expect(segmenter.wakeAt).toBe(20_000 + SETTLE_MS);
    expect(segmenter.flush()).toEqual([]);
  });

  it('leaves an indentation that is held back to the next piece', () => {
    const segmenter = new Segmenter(options, 0);
    expect(written(segmenter.push('One.\n  ', 15_000))).toBe('One.\n');
    expect(written(segmenter.tick(20_000))).toBe('¦  ');
  });
});

describe('a cut by bytes', () => {
  const within = (maxBytes: number): SegmenterOptions => ({ minChars: 1e9, afterMs: 1e9, maxBytes });

  it.each([
    ['the last paragraph that fits', 40, 'One. Two.\n\nThree. Four.\n\n¦Five. Six. Seven. Eight.'],
    ['else the last sentence', 30, 'One, two, three. Four, five. ¦Six, seven, eight.'],
    ['else the last line', 26, 'one two three\nfour, five\n¦six, seven, eight'],
    ['else the last clause', 24, 'one two, three four, ¦five six seven'],
    ['else the last word', 22, 'one two three four ¦five six seven'],
    ['else the last grapheme', 10, 'abcdefghij¦klmnopqrst¦uvw'],
    ['counting bytes, not characters', 12, '一二三四¦五六七八¦九'],
    ['a clause in Chinese', 24, '一二，三四，五，¦六七八九十'],
    ['complete families and flags', 30, '👨‍👩‍👧‍👦¦👨‍👩‍👧‍👦¦🇩🇪🇫🇷🇬🇧¦🇺🇸'],
    ['a grapheme that is larger than all', 4, 'ab¦👨‍👩‍👧‍👦¦cd'],
    ['before a fence that would not fit', 30, 'Code is here:\n\n¦```\nint a;\nint b;\n```\n'],
    ['a line of a fence that never fits', 20, '```\nint a;\nint b;\n¦int c;\nint d;\n```'],
    ['a clause of a line that never fits', 20, '```\nint a, b, c, d, ¦e, f, g;\n```'],
    ['a row of a table that never fits', 26, '|a|b|\n|-|-|\n|c|d|\n|e|f|\n¦|g|h|\n|i|j|\n'],
    ['before a link that would not fit', 24, 'a b c ¦[d](https://e.example) f'],
    ['before an image, its mark with it', 20, 'a b c ¦![d](e.example/f)'],
    ['before a bare URL', 24, 'a b c ¦https://e.example/f/gh'],
    ['before a link over two lines', 14, 'aa bb ¦[cc\ndd](ee)'],
    ['a line end of two characters as one', 2, 'a¦\r\n¦b'],
    ['before a mark that combines for long', 60, `${'a'.repeat(28)}¦e${'\u0301'.repeat(20)}`],
    ["before a list item's fence", 400, `So it is.\n¦- \`\`\`\n${'a;\n'.repeat(128)}\`\`\`\n`],
  ])('takes %s', (_, maxBytes, expected) => expectCuts(expected, within(maxBytes)));

  it('does without what is no place worth a cut: a piece that would be small', () => {
    expectCuts('Aa. Bbb ccc ddd eee ¦fff ggg', within(20));
  });

  it('says alone when to cut: size and time do not', () => {
    expectCuts('One.\n\nTwo. Three ¦four five six ¦seven. Eight', { minChars: 1, afterMs: 0, maxBytes: 20 });
  });

  it('holds back only what must perhaps not be cut, before the end is near', () => {
    const segmenter = new Segmenter(within(2000), 0);
    expect(written(segmenter.push('One, two. Three\n', 0))).toBe('One, two. Three\n');
    expect(written(segmenter.push('Four [five', 0))).toBe('Four ');
    expect(written(segmenter.push('](six) seven', 0))).toBe('[five](six) seven');
    expect(written(segmenter.push('\n\n```\na\nb\n', 0))).toBe('\n\n');
    expect(written(segmenter.push('```\nc', 0))).toBe('```\na\nb\n```\nc');
  });

  it('holds back what follows the best place, when the end is near', () => {
    const segmenter = new Segmenter(within(2000), 0);
    segmenter.push('word '.repeat(300), 0);
    expect(written(segmenter.push('end. Then more', 0))).toBe('word end. ');
    expect(written(segmenter.push(' and more', 0))).toBe('');
    expect(written(segmenter.push(' words'.repeat(100), 0))).toMatch(/^¦Then more and more( words)*$/);
  });
});

describe('a restart', () => {
  it('voids what came since the last cut, passed on or held', () => {
    const segmenter = new Segmenter(EVERYWHERE, 0);
    expect(written(segmenter.push('One. Two\n\n-', 0))).toBe('One. ¦Two\n\n');
    segmenter.restart(0);
    expect(written(segmenter.push('Three\n\nFour', 0))).toBe('Three\n\n¦Four');
    expect(segmenter.flush()).toEqual([]);
  });

  it('goes on in the fence that the cut was made in', () => {
    const segmenter = new Segmenter({ ...EVERYWHERE, maxBytes: 20 }, 0);
    expect(written(segmenter.push('```\naaa. Bbb\nccc. Ddd\nE', 0))).toBe('```\naaa. Bbb\n¦ccc. Ddd\n');
    segmenter.restart(0);
    expect(written(segmenter.push('fff. Ggg\n```\nHh hhhhhhh', 0))).toBe('fff. Ggg\n```\n¦Hh ');
  });

  it('opens the piece again', () => {
    const segmenter = new Segmenter({ minChars: 600, afterMs: 100 }, 0);
    segmenter.push('One.', 50);
    segmenter.restart(80);
    expect(segmenter.wakeAt).toBeNull();
    segmenter.push('Two.', 150);
    expect(segmenter.wakeAt).toBe(150 + SETTLE_MS);
    expect(written(segmenter.push(' Three', 179))).toBe(' Three');
    expect(written(segmenter.push('. Four', 180))).toBe('. ¦Four');
  });
});

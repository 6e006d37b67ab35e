import fc from 'fast-check';
import { blocksOf, paragraphsOf } from './markdown-blocks.js';
import { runs } from '../../../test/property/runs.js';

const read = (text: string) =>
  blocksOf(text).map((block) => [
    block.kind === 'heading' ? `h${block.heading.level} ${block.heading.title}` : block.kind,
    text.slice(block.start, block.end),
  ]);

describe('Markdown blocks', () => {
  it('are headings, paragraphs, items, tables and fences', () => {
    const text = [
      '# One #\n',
      'A line\nand another.\n\n',
      '- first\n  goes on\n',
      '2. second\n\n',
      'Two\n---\n',
      '| a | b |\n|---|---|\n| 1 | 2 |\n\n',
      'a | b\n--|--\n1 | 2\n',
      '```sh\n# not a heading\n\n- no item\n```\n',
      'The end',
    ];
    expect(read(text.join(''))).toEqual([
      ['h1 One', text[0]],
      ['paragraph', text[1]],
      ['item', text[2]],
      ['item', text[3]],
      ['h2 Two', text[4]],
      ['table', text[5]],
      ['table', text[6]],
      ['fence', text[7]],
      ['paragraph', text[8]],
    ]);
  });

  it.each([
    ['front matter is no heading', '---\ntitle: x\n---\ntext', ['paragraph', 'paragraph']],
    ['a ruler at the start is not front matter', '---\n\ntext', ['paragraph', 'paragraph']],
    ['a fence that is not closed reaches the end', '```\na\n\n# b', ['fence']],
    ['a longer fence holds a shorter one', '````\n```\n````\nx', ['fence', 'paragraph']],
    ['an issue number is no heading', '#12 is solved', ['paragraph']],
    ['inline code is no fence', '```code``` here', ['paragraph']],
    ['a fence ends a paragraph', 'As in:\n~~~\nx\n~~~', ['paragraph', 'fence']],
    ['a pipe in a sentence is no table', 'either | or\nnot', ['paragraph']],
    [
      'Windows line ends',
      '# A\r\n\r\n- b\r\n\r\n```\r\nx\r\n```\r\nc',
      ['h1 A', 'item', 'fence', 'paragraph'],
    ],
    ['nothing', '', []],
  ])('%s', (_, text, kinds) => {
    expect(read(text).map(([kind]) => kind)).toEqual(kinds);
  });

  const marks = fc.constantFrom(
    '#',
    '-',
    '=',
    '|',
    '`',
    '```',
    '~~~',
    '\n',
    '\n\n',
    ' ',
    '\t',
    'a',
    '1. ',
    '* ',
    '\r\n',
    '字',
  );
  it.each([
    ['Markdown', blocksOf],
    ['plain text', paragraphsOf],
  ])('cover %s without gap or overlap', (_, cut) => {
    fc.assert(
      fc.property(fc.string({ unit: marks, maxLength: 60 }), (text) => {
        const blocks = cut(text);
        expect(blocks.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
        for (const { start, end } of blocks) expect(end).toBeGreaterThan(start);
      }),
      { numRuns: runs(400) },
    );
  });
});

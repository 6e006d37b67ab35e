import { piecesOf } from '../../test/support/text/segmented-text.js';

/** Cuts at sentences from 10 characters on, and at clauses and lines from 40 on. */
const OPTIONS = { minChars: 10, afterMs: 1e9 };

/** `expected` is the text itself, with `¦` where it is to be cut. */
const expectCuts = (expected: string) =>
  expect(piecesOf(Array.from(expected.replaceAll('¦', '')), OPTIONS).join('¦')).toBe(expected);

describe("A long piece without a sentence's end", () => {
  it.each([
    ['a clause', 'one, two, three, four, five, six, seven, ¦eight, nine. ¦Ten'],
    ['a clause in Chinese', `${'一二三，'.repeat(10)}¦${'四五六，'.repeat(10)}¦七`],
    ['a line', 'one two three\nfour five six\nseven eight nine\n¦ten eleven\ntwelve'],
  ])('is cut at the end of %s', (_, expected) => expectCuts(expected));

  it('is not cut where nothing ends', () => {
    expectCuts('one two three four five six seven eight nine ten eleven');
  });

  it.each([
    ['a link', '[one, two, three, four, five, six, seven, eight](https://a.example/b), ¦nine'],
    ['a code span', '`one, two, three, four, five, six, seven, eight` and, ¦nine'],
    ['a fence', '```\none, two\nthree, four\nfive, six\nseven, eight\nnine\n```\n¦Ten'],
    ['a table', '| one, two |\n|-|\n| three, four |\n| five, six |\n| seven, eight |\n| nine |\n\n¦Ten'],
    ['a formula', '$$\none, two\nthree, four\nfive, six\nseven, eight\nnine, ten\n$$\n\n¦Eleven'],
  ])('is not cut in the middle of %s', (_, expected) => expectCuts(expected));
});

describe('Sentences that end in numbers', () => {
  it('are cut as others are', () => {
    const text = 'Second try sentence 5. '.repeat(100);
    const pieces = piecesOf([text], { minChars: 200, afterMs: 1e9 });
    expect(pieces).toHaveLength(12);
    for (const piece of pieces.slice(0, -1)) expect(piece).toMatch(/^(Second try sentence 5\. ){9}$/);
  });
});

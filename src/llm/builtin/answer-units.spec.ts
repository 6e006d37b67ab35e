import { unitsOf } from './answer-units.js';

const sentencesOf = (passage: string) => unitsOf(passage).units.map(({ text }) => text);

describe('unitsOf', () => {
  it('ends no sentence within a code span', () => {
    expect(sentencesOf('Add `?cursor=` and `next_cursor`. Then ask again.\n')).toEqual([
      'Add `?cursor=` and `next_cursor`.',
      'Then ask again.',
    ]);
    expect(sentencesOf('加上 `?cursor=` 再问。好吗？`a！b` 也可以。\n')).toEqual([
      '加上 `?cursor=` 再问。',
      '好吗？',
      '`a！b` 也可以。',
    ]);
  });

  it('keeps all of a paragraph with a backtick that nothing closes', () => {
    expect(sentencesOf('One. A ` alone. The rest.\n').join(' ')).toBe('One. A ` alone. The rest.');
  });
});

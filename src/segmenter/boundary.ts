/**
 * How good a place for a cut is, the better the higher. From `sentence` on it is a place that size and time
 * may choose, from `clause` on one for a piece that has grown long; all below are only for the byte budget. `inside…` lies within what is not to be torn (a fence,
 * a table, a link, a code span, a formula): any place outside is better.
 */
export const RANK = {
  none: 0,
  /** Between two graphemes, but what is before it may be white space only. */
  lastResort: 1,
  insideGrapheme: 2,
  insideWord: 3,
  insideClause: 4,
  insideLine: 5,
  grapheme: 6,
  word: 7,
  /** Between a heading and its text. */
  headingEnd: 8,
  /** Between a list item and the first item of a list in it; size and time may choose it, too. */
  subItem: 9,
  clause: 10,
  line: 11,
  sentence: 12,
  /** Before an item, or another block, within a list item. */
  nestedItem: 13,
  item: 14,
  /** Before a heading, too. */
  paragraph: 15,
} as const;

export type Rank = (typeof RANK)[keyof typeof RANK];

/** Whether size and time may choose such a place. */
export function endsSentence(rank: Rank): boolean {
  return rank >= RANK.sentence || rank === RANK.subItem;
}

/** The rank of a place on a line, were it within something that is not to be torn. */
export function insideRank(rank: Rank): Rank {
  if (rank >= RANK.clause) return RANK.insideClause;
  if (rank === RANK.word) return RANK.insideWord;
  return rank === RANK.none ? RANK.none : RANK.insideGrapheme;
}

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
  clause: 8,
  line: 9,
  sentence: 10,
  paragraph: 11,
} as const;

export type Rank = (typeof RANK)[keyof typeof RANK];

/** The rank of a place on a line, were it within something that is not to be torn. */
export function insideRank(rank: Rank): Rank {
  if (rank >= RANK.clause) return RANK.insideClause;
  if (rank === RANK.word) return RANK.insideWord;
  return rank === RANK.none ? RANK.none : RANK.insideGrapheme;
}

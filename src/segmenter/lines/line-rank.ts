import { RANK, type Rank } from '../boundary.js';
import { extendsGrapheme } from '../graphemes.js';
import { isLowerCase } from '../characters.js';
import { isDeep, type LineState } from './line.js';

export interface LineContext {
  /** The character that decided the kind of the line. */
  readonly char: string;
  /** The line belongs to the fence, table or formula of the line before. */
  readonly isInside: boolean;
  /** A link or code span goes on from the line before. */
  readonly isInSpan: boolean;
  readonly hasEndedSentence: boolean;
}

/** How good a place for a cut the start of `line` is, its kind being known. */
export function rankOfLine(line: LineState, context: LineContext): Rank {
  if (extendsGrapheme(context.char)) return RANK.none;
  if (context.isInside) return rankInside(line);
  if (line.before === 'heading' && (line.isAfterBlank || !mayBelongToTheLineBefore(line, context.char)))
    return RANK.headingEnd;
  const rank = rankOutside(line, context);
  return line.isNested ? rankNested(line, rank) : rank;
}

function rankOutside(line: LineState, context: LineContext): Rank {
  if (line.before === 'fenceEnd') return RANK.paragraph;
  if (line.isAfterBlank) return rankAfterBlank(line);
  return rankInParagraph(line, context);
}

/** What belongs to a list item stays with it where that can be. */
function rankNested(line: LineState, rank: Rank): Rank {
  if (rank < RANK.sentence) return rank;
  if (line.itemPlace === 'inner') return RANK.subItem;
  return rank > RANK.sentence ? RANK.nestedItem : rank;
}

/** Before its second row a table, and before its first line of code a fence, would lose its meaning. */
function rankInside(line: LineState): Rank {
  const belongsToTheLineBefore = line.kind === 'delimiter' || line.kind === 'rule' || line.before === 'fence';
  return belongsToTheLineBefore || line.kind === 'fenceEnd' ? RANK.none : RANK.insideLine;
}

function rankAfterBlank(line: LineState): Rank {
  // Indented code has blank lines of its own.
  return line.kind === 'text' && isDeep(line) ? RANK.line : RANK.paragraph;
}

function rankInParagraph(line: LineState, { char, isInSpan, hasEndedSentence }: LineContext): Rank {
  if (mayBelongToTheLineBefore(line, char)) return RANK.none;
  if (isInSpan) return RANK.insideLine;
  switch (line.kind) {
    case 'heading':
    case 'fence':
    case 'math':
      return RANK.paragraph;
    case 'text':
      return hasEndedSentence && !isLowerCase(char) ? RANK.sentence : rankOfQuote(line);
    case 'item':
      // The first item stays with the words that announce the list.
      return line.itemPlace === 'first' ? RANK.sentence : RANK.item;
    default:
      return RANK.sentence;
  }
}

/** It may underline the line before as a heading, or be a table's second row. */
function mayBelongToTheLineBefore(line: LineState, char: string): boolean {
  return line.kind === 'rule' || line.kind === 'delimiter' || (line.beforeHasPipe && '-:|'.includes(char));
}

function rankOfQuote(line: LineState): Rank {
  return line.quotes > line.beforeQuotes ? RANK.sentence : RANK.line;
}

import { RANK, type Rank } from './boundary.js';
import { extendsGrapheme } from './graphemes.js';
import { isLowerCase } from './characters.js';
import { isDeep, type LineState } from './line.js';

export interface LineContext {
  /** The character that told what the line is. */
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
  if (line.before === 'fenceEnd') return RANK.paragraph;
  if (line.isAfterBlank) return rankAfterBlank(line);
  return rankInParagraph(line, context);
}

/** Before its second row a table, and before its first line of code a fence, would lose its meaning. */
function rankInside(line: LineState): Rank {
  const belongsToTheLineBefore = line.kind === 'delimiter' || line.kind === 'rule' || line.before === 'fence';
  return belongsToTheLineBefore || line.kind === 'fenceEnd' ? RANK.none : RANK.insideLine;
}

function rankAfterBlank(line: LineState): Rank {
  // A heading stays with what it is the heading of; indented code has blank lines of its own.
  const belongsTogether = line.before === 'heading' || (line.kind === 'text' && isDeep(line));
  return belongsTogether ? RANK.line : RANK.paragraph;
}

function rankInParagraph(line: LineState, { char, isInSpan, hasEndedSentence }: LineContext): Rank {
  if (mayBelongToTheLineBefore(line, char)) return RANK.none;
  if (isInSpan) return RANK.insideWord;
  if (line.before === 'heading') return RANK.line;
  switch (line.kind) {
    case 'heading':
    case 'fence':
    case 'math':
      return RANK.paragraph;
    case 'text':
      return hasEndedSentence && !isLowerCase(char) ? RANK.sentence : rankOfQuote(line);
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

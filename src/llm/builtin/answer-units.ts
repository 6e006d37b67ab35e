import { type Block, blocksOf } from '../../common/text/markdown-blocks.js';
import { sentencesOf } from '../../common/text/sentences.js';

/** What an answer can quote: a sentence, a list item, a table or a piece of code, as a whole. */
export interface AnswerUnit {
  readonly kind: 'sentence' | 'item' | 'table' | 'fence';
  readonly text: string;
  /** Units of the same block are sentences of one paragraph. Counts from 0. */
  readonly block: number;
}

export interface UnitsOfPassage {
  /** The headings that stand in the passage, without their marks. */
  readonly headings: readonly string[];
  readonly units: readonly AnswerUnit[];
}

/** What can be quoted of a passage, in its order. */
export function unitsOf(passage: string): UnitsOfPassage {
  const headings: string[] = [];
  const units: AnswerUnit[] = [];
  for (const [index, block] of blocksOf(passage).entries()) {
    if (block.kind === 'heading') headings.push(block.heading.title);
    else units.push(...unitsOfBlock(block.kind, passage.slice(block.start, block.end), index));
  }
  return { headings, units: units.filter(({ text }) => text !== '') };
}

function unitsOfBlock(kind: Exclude<Block['kind'], 'heading'>, text: string, block: number): AnswerUnit[] {
  if (kind !== 'paragraph') return [{ kind, text: text.trimEnd(), block }];
  // A line end within a paragraph is no sentence end.
  const paragraph = text
    .trim()
    .split(/\s*\n\s*/)
    .reduce(joinLines);
  return sentencesOf(paragraph).map((sentence) => ({ kind: 'sentence', text: sentence.trim(), block }));
}

/** Chinese has no space where a line was broken. */
function joinLines(before: string, after: string): string {
  return /[\u2e80-\uffef]$/.test(before) || /^[\u2e80-\uffef]/.test(after)
    ? before + after
    : `${before} ${after}`;
}

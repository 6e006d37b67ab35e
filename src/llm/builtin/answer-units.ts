import { blocksOf, type BodyKind } from '../../common/text/markdown-blocks.js';
import { sentencesOf } from '../../common/text/sentences.js';

/** What an answer can quote, only in one piece. */
export interface AnswerUnit {
  readonly kind: 'sentence' | 'item' | 'row' | 'fence';
  readonly text: string;
  /** Sentences of one paragraph, and rows of one table, have the same. Counts from 0. */
  readonly block: number;
  /** The head of a table; empty for all else. */
  readonly head: string;
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
    else units.push(...unitsOfBlock(block.kind, passage.slice(block.start, block.end).trimEnd(), index));
  }
  return { headings, units: units.filter(({ text }) => text.trim() !== '') };
}

function unitsOfBlock(kind: BodyKind, text: string, block: number): AnswerUnit[] {
  if (kind === 'table') return rowsOf(text, block);
  if (kind !== 'paragraph') return [{ kind, text, block, head: '' }];
  // A line end within a paragraph is no sentence end.
  const paragraph = text.split('\n').reduce(joinLines, '');
  return joinCodeSpans(sentencesOf(paragraph)).map((sentence) => ({
    kind: 'sentence',
    text: sentence.trim(),
    block,
    head: '',
  }));
}

/** A `?` in a code span ends no sentence: pieces are joined until their backticks pair up. */
function joinCodeSpans(pieces: readonly string[]): string[] {
  const sentences: string[] = [];
  let open = '';
  for (const piece of pieces) {
    open += piece;
    if ((open.split('`').length - 1) % 2 !== 0) continue;
    sentences.push(open);
    open = '';
  }
  return open === '' ? sentences : [...sentences, open];
}

function rowsOf(table: string, block: number): AnswerUnit[] {
  const lines = table.split('\n');
  const headLines = /^[\s:|-]+$/.test(lines[1] ?? '') ? 2 : 0;
  const head = lines.slice(0, headLines).join('\n');
  return lines.slice(headLines).map((text) => ({ kind: 'row', text, block, head }));
}

/** Chinese has no space where a line was broken. */
function joinLines(before: string, line: string): string {
  const after = line.trim();
  const isSpaced =
    before !== '' && !isCjkEdge(before.charAt(before.length - 1)) && !isCjkEdge(after.charAt(0));
  return before + (isSpaced ? ' ' : '') + after;
}

function isCjkEdge(character: string): boolean {
  return /[\u2e80-\uffef]/.test(character);
}

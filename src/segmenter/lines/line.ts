/**
 * The kind of a line, by its opening. `rule` is a row of marks that may underline a heading; `delimiter` the
 * second row of a table; `code` a line within a fence or formula, `fenceEnd` the line that closes a fence.
 */
export type LineKind =
  'text' | 'rule' | 'heading' | 'item' | 'row' | 'delimiter' | 'fence' | 'fenceEnd' | 'code' | 'math';

export type OpenBlock = 'none' | 'fence' | 'table' | 'math';

/** Where we are among Markdown's lines and blocks. A value: copied with a spread (its lists are never changed). */
export interface LineState {
  block: OpenBlock;
  /** What opens the line is still being read: indentation, quote marks, list markers, a fence's first marks. */
  isOpening: boolean;
  /** The line's kind, once it is known. */
  kind: LineKind | null;
  /** Units of the opening so far. */
  openingLength: number;
  /** Columns since the line's start or its last quote mark. */
  column: number;
  /** The marks that the opening is made of may still become something: the first of them. */
  probe: string;
  probeLength: number;
  /** White space has followed the marks. */
  isProbeOver: boolean;
  /** The column after a list marker, until its content's column is known; -1: none. */
  markerEnd: number;
  /** Quote marks of this line. */
  quotes: number;
  /** The line belongs to a list item, or is an item inside another item. */
  isNested: boolean;
  /** Of the line's item, in its list; `inner`: the first of a list within an item. */
  itemPlace: 'none' | 'first' | 'inner' | 'next';
  /** The content columns of the list items that we are in, outermost first. */
  lists: readonly number[];
  /** The columns of the last item's marker and of the outermost one's; -1: we are in no list. */
  itemColumn: number;
  outerColumn: number;
  hasContent: boolean;
  hasPipe: boolean;
  hasDash: boolean;
  isOnlyDelimiters: boolean;
  fence: Fence;
  /** We are on the line that opens the fence. */
  isFenceOpener: boolean;
  /** A table's second row has been seen: rows need no pipe any more. */
  isSureTable: boolean;
  /** The mark before, where two make a formula's end; `=`: none yet. */
  mathPrevious: string;
  /** The last line that was not blank, and what of it matters to the next. */
  before: LineKind | null;
  isAfterBlank: boolean;
  beforeHasPipe: boolean;
  beforeQuotes: number;
}

export interface Fence {
  readonly mark: string;
  readonly length: number;
  /** The content column of its list item, or 0. */
  readonly base: number;
  readonly quotes: number;
  /** The marks of the opening line are still coming. */
  readonly isRunning: boolean;
}

const NO_FENCE: Fence = { mark: '', length: 0, base: 0, quotes: 0, isRunning: false };

const LINE_START = {
  isOpening: true,
  kind: null,
  openingLength: 0,
  column: 0,
  probe: '',
  probeLength: 0,
  isProbeOver: false,
  markerEnd: -1,
  quotes: 0,
  isNested: false,
  itemPlace: 'none',
  hasContent: false,
  hasPipe: false,
  hasDash: false,
  isOnlyDelimiters: true,
  isFenceOpener: false,
} as const;

export const FIRST_LINE: Readonly<LineState> = {
  ...LINE_START,
  block: 'none',
  lists: [],
  itemColumn: -1,
  outerColumn: -1,
  fence: NO_FENCE,
  isSureTable: false,
  mathPrevious: '',
  before: null,
  isAfterBlank: false,
  beforeHasPipe: false,
  beforeQuotes: 0,
};

/** The content column of the innermost list item that a line indented to `column` can belong to, or 0. */
export function listBase(line: LineState): number {
  return line.lists.findLast((content) => content <= line.column) ?? 0;
}

/** A list has begun and was not seen to end. */
export function isInList(line: LineState): boolean {
  return line.itemColumn >= 0;
}

/** CommonMark's indentation that makes code of what would open a block. */
export function isDeep(line: LineState): boolean {
  return line.column - listBase(line) > 3;
}

/** Whether nothing of the line was read but white space. */
export function isUntouched(line: LineState): boolean {
  return line.isOpening && line.probe === '' && line.quotes === 0 && line.kind === null && line.markerEnd < 0;
}

/** Notes the characters that a table's second row is made of, and whether there is a pipe at all. */
export function noteDelimiters(line: LineState, char: string, isLiteral: boolean): void {
  if (char === '|' && !isLiteral) line.hasPipe = true;
  else if (char === '-') line.hasDash = true;
  else if (line.isOnlyDelimiters && !' \t\r:>|'.includes(char)) line.isOnlyDelimiters = false;
}

/** Goes to the next line. The line's kind is known, or it is blank. */
export function endLine(line: LineState): void {
  const isBlank = line.kind === null;
  if (isDelimiterRow(line)) {
    line.block = 'table';
    line.isSureTable = true;
  } else if (isBlank && line.block === 'table') {
    line.block = 'none';
  }
  // A blank line ends a quote, and the lists in it.
  if (isBlank && line.quotes < line.beforeQuotes) line.lists = [];
  if (!isBlank) line.before = underlines(line) ? 'heading' : line.kind;
  line.isAfterBlank = isBlank;
  line.beforeHasPipe = line.hasPipe;
  line.beforeQuotes = line.quotes;
  Object.assign(line, LINE_START);
}

/** A row of marks right below text makes a heading of it. */
function underlines(line: LineState): boolean {
  return line.kind === 'rule' && line.block === 'none' && line.before === 'text' && !line.isAfterBlank;
}

function isDelimiterRow(line: LineState): boolean {
  if (!line.isOnlyDelimiters || !line.hasDash || line.isAfterBlank || line.before === null) return false;
  return (line.block === 'none' || line.block === 'table') && (line.hasPipe || line.beforeHasPipe);
}

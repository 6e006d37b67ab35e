import { isDigit, isSpace } from '../characters.js';
import { isDeep, type LineKind, type LineState, listBase } from './line.js';

/** An opening that is longer, in units, opens nothing: so much text is held back for it at most. */
const LONGEST_OPENING = 100;

/** Marks that may open something other than text when more of them follow. */
const MARKS = '`~#-+*|$\\';

/**
 * Takes the next character of a line's opening, not the line's end. Returns the line's kind when `char`
 * decides it; further blocks on the same line (a fence in a list item) change the state only.
 */
export function takeOpening(line: LineState, char: string): LineKind | null {
  line.openingLength += char.length;
  const kind = line.openingLength > LONGEST_OPENING ? giveUp(line, char) : readOpening(line, char);
  return kind && settle(line, kind);
}

/** At the line's end: what an opening has come to that nothing follows. Null: the line is blank. */
export function closeOpening(line: LineState): LineKind | null {
  if (!line.isOpening) return null;
  if (line.markerEnd >= 0) line.lists = [...line.lists, line.markerEnd + 1];
  if (line.kind !== null) return null;
  if (line.block === 'fence') return closeFence(line);
  if (line.probe === '') return null;
  const isUnderline = line.probe === '-' && line.probeLength === 1;
  return settle(line, isUnderline ? 'rule' : 'text');
}

/** Too long an opening opens nothing. Only the marks that may close a fence are always read to their end. */
function giveUp(line: LineState, char: string): LineKind | null {
  if (line.block === 'fence' && line.probe !== '') return readFenceLine(line, char);
  return line.block === 'fence' || line.block === 'math' ? 'code' : 'text';
}

function readOpening(line: LineState, char: string): LineKind | null {
  if (line.block === 'fence' && isInFence(line, char)) return readFenceLine(line, char);
  if (line.block === 'math') return isSpace(char) ? null : 'code';
  return line.probe === '' ? startProbe(line, char) : goOnProbing(line, char);
}

function startProbe(line: LineState, char: string): LineKind | null {
  if (isSpace(char)) {
    line.column += char === '\t' ? 4 - (line.column % 4) : 1;
    return null;
  }
  settleMarker(line);
  if (char === '>' && !isDeep(line)) {
    takeQuoteMark(line);
    return null;
  }
  if (char === '=') return 'rule';
  if (!isDigit(char) && !MARKS.includes(char)) return 'text';
  line.probe = isDigit(char) ? '1' : char;
  line.probeLength = 1;
  return null;
}

function goOnProbing(line: LineState, char: string): LineKind | null {
  switch (line.probe) {
    case '`':
    case '~':
      return goOnFence(line, char);
    case '#':
      return goOnHeading(line, char);
    case '1':
      return goOnNumber(line, char);
    case '|':
      return goOnRow(char);
    case '$':
      return char === '$' ? 'math' : 'text';
    case '\\':
      return char === '[' ? 'math' : 'text';
    default:
      return goOnBullet(line, char);
  }
}

function goOnFence(line: LineState, char: string): LineKind | null {
  if (char !== line.probe) return 'text';
  line.probeLength++;
  return line.probeLength >= 3 && !isDeep(line) ? 'fence' : null;
}

function goOnHeading(line: LineState, char: string): LineKind | null {
  if (char === '#') return ++line.probeLength > 6 ? 'text' : null;
  return isSpace(char) && !isDeep(line) ? 'heading' : 'text';
}

function goOnRow(char: string): LineKind | null {
  if (isSpace(char)) return null;
  return char === '-' || char === ':' ? 'delimiter' : 'row';
}

/** `12` may become `12. `: a list item. */
function goOnNumber(line: LineState, char: string): LineKind | null {
  if (isDigit(char)) return ++line.probeLength > 9 ? 'text' : null;
  if (char !== '.' && char !== ')') return 'text';
  line.probe = '1.';
  line.probeLength++;
  return null;
}

/** `-`, `+`, `*` and `1.` */
function goOnBullet(line: LineState, char: string): LineKind | null {
  if (isSpace(char)) return isDeep(line) ? 'text' : 'item';
  const isRule = line.probe === '-' && '-|:'.includes(char);
  return isRule ? 'rule' : 'text';
}

function takeQuoteMark(line: LineState): void {
  line.quotes++;
  // The space that usually follows the mark belongs to it.
  line.column = -1;
  if (line.quotes > line.beforeQuotes) line.lists = [];
}

/** The content of a list item begins at its first character, or right after its marker where that is far. */
function settleMarker(line: LineState): void {
  if (line.markerEnd < 0) return;
  const isFar = line.column - line.markerEnd > 4;
  line.lists = [...line.lists, isFar ? line.markerEnd + 1 : line.column];
  line.markerEnd = -1;
}

/** A fence in a quote ends with the quote. */
function isInFence(line: LineState, char: string): boolean {
  const isQuoted = line.quotes >= line.fence.quotes || isSpace(char) || char === '>';
  if (!isQuoted) line.block = 'none';
  return isQuoted;
}

/** A line within a fence: code, unless it closes the fence, which its end will tell. */
function readFenceLine(line: LineState, char: string): LineKind | null {
  const { mark, base, quotes } = line.fence;
  if (isSpace(char)) {
    if (line.probe !== '') line.isProbeOver = true;
    else line.column += char === '\t' ? 4 - (line.column % 4) : 1;
    return null;
  }
  if (char === '>' && line.quotes < quotes && line.probe === '') {
    takeQuoteMark(line);
    return null;
  }
  if (char !== mark || line.isProbeOver || line.column > base + 3) return 'code';
  line.probe = mark;
  line.probeLength++;
  return null;
}

function closeFence(line: LineState): LineKind | null {
  if (line.probe !== '') return settle(line, line.probeLength >= line.fence.length ? 'fenceEnd' : 'code');
  if (line.quotes < line.fence.quotes) line.block = 'none';
  return null;
}

/** The opening has come to `kind`. */
function settle(line: LineState, kind: LineKind): LineKind | null {
  const isFirst = line.kind === null;
  leaveContainers(line, kind);
  if (isFirst) noteNesting(line, kind);
  line.block = blockAfter(line, kind);
  line.isOpening = kind === 'item';
  line.hasContent = kind !== 'heading' && kind !== 'item';
  if (kind === 'fence') openFence(line);
  if (kind === 'math') line.mathPrevious = '';
  if (kind === 'item') {
    line.markerEnd = line.column + line.probeLength;
    line.column = line.markerEnd + 1;
  }
  line.probe = '';
  line.probeLength = 0;
  // On an item's line all that follows belongs to the item.
  if (isFirst) line.kind = kind;
  return isFirst ? kind : null;
}

/** List items end where a line is indented less than their content, unless it goes on with their paragraph. */
function leaveContainers(line: LineState, kind: LineKind): void {
  if (kind === 'code' || kind === 'fenceEnd' || (kind === 'text' && !line.isAfterBlank) || line.kind !== null)
    return;
  if (line.quotes < line.beforeQuotes) line.lists = [];
  const { column, lists } = line;
  if ((lists.at(-1) ?? 0) > column) line.lists = lists.filter((content) => content <= column);
}

/** Says where in a list a line is. Many write an inner list two columns deep, also where CommonMark wants three. */
function noteNesting(line: LineState, kind: LineKind): void {
  const { column, outerColumn } = line;
  if (kind === 'item') {
    line.isNested = line.lists.length > 0 || (outerColumn >= 0 && column >= outerColumn + 2);
    line.itemPlace = placeOfItem(line);
    line.itemColumn = column;
    if (!line.isNested) line.outerColumn = column;
    return;
  }
  line.isNested = line.lists.length > 0;
  const goesOn = line.isNested || kind === 'code' || (kind === 'text' && !line.isAfterBlank);
  if (!goesOn) line.itemColumn = line.outerColumn = -1;
}

function placeOfItem({ isNested, column, itemColumn }: LineState): LineState['itemPlace'] {
  if (itemColumn < 0) return 'first';
  return isNested && column > itemColumn ? 'inner' : 'next';
}

function blockAfter(line: LineState, kind: LineKind): LineState['block'] {
  switch (kind) {
    case 'fence':
    case 'math':
      return kind;
    case 'code':
      return line.block;
    case 'row':
    case 'delimiter':
      if (line.block !== 'table') line.isSureTable = false;
      return 'table';
    case 'text':
    case 'rule':
      return line.block === 'table' && line.isSureTable ? 'table' : 'none';
    default:
      return 'none';
  }
}

function openFence(line: LineState): void {
  line.isFenceOpener = true;
  line.fence = { mark: line.probe, length: 3, base: listBase(line), quotes: line.quotes, isRunning: true };
}

/** A stretch of a Markdown text that belongs together. `[start, end)` with the blank lines that follow it. */
export type Block =
  | { readonly kind: BodyKind; readonly start: number; readonly end: number }
  | { readonly kind: 'heading'; readonly start: number; readonly end: number; readonly heading: Heading };

export type BodyKind = 'fence' | 'table' | 'item' | 'paragraph';

export interface Heading {
  /** 1..6. */
  readonly level: number;
  readonly title: string;
}

interface Line {
  readonly start: number;
  /** Without its line end. */
  readonly text: string;
}

/** A block before its end is known: that is where the next one starts. */
interface OpenBlock {
  readonly kind: BodyKind | 'heading';
  readonly heading?: Heading;
  /** The index of the first line after it. */
  readonly next: number;
}

/**
 * Cuts Markdown into headings, code fences, tables, list items and paragraphs. The blocks cover the whole
 * text without gap or overlap. Reads what matters to where a text may be cut, not all of CommonMark;
 * one pass, linear in the length of `text`.
 */
export function blocksOf(text: string): Block[] {
  const lines = linesOf(text);
  const blocks: Block[] = [];
  let start = 0;
  let index = 0;
  while (index < lines.length) {
    const { kind, heading, next } = readBlock(lines, index);
    index = skipBlank(lines, next);
    const end = lines[index]?.start ?? text.length;
    blocks.push(
      kind === 'heading' && heading ? { kind, start, end, heading } : { kind: bodyKind(kind), start, end },
    );
    start = end;
  }
  return blocks;
}

/** The paragraphs of plain text, apart by blank lines, covering all of it as {@link blocksOf} does. */
export function paragraphsOf(text: string): Block[] {
  const lines = linesOf(text);
  const blocks: Block[] = [];
  let start = 0;
  let index = skipBlank(lines, 0);
  while (start < text.length) {
    index = skipBlank(
      lines,
      readWhile(lines, index, (line) => !isBlank(line)),
    );
    const end = lines[index]?.start ?? text.length;
    blocks.push({ kind: 'paragraph', start, end });
    start = end;
  }
  return blocks;
}

/** The lines of `text`; of blank ones that follow each other only the first, for a megabyte of them is cheap to send. */
function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let wasBlank = false;
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf('\n', start);
    const line = { start, text: text.slice(start, feed < 0 ? text.length : feed) };
    const blank = isBlank(line.text);
    if (!blank || !wasBlank) lines.push(line);
    wasBlank = blank;
    start += line.text.length + 1;
  }
  return lines;
}

function readBlock(lines: readonly Line[], from: number): OpenBlock {
  const index = skipBlank(lines, from);
  const text = lines[index]?.text ?? '';
  if (index === 0 && text.trimEnd() === '---') return { kind: 'paragraph', next: endOfFrontMatter(lines) };
  const fence = fenceOf(text);
  if (fence) return { kind: 'fence', next: endOfFence(lines, index, fence) };
  const heading = headingOf(text) ?? underlinedHeadingOf(lines, index);
  if (heading) return { kind: 'heading', heading, next: index + (headingOf(text) ? 1 : 2) };
  if (startsTable(lines, index)) return { kind: 'table', next: readWhile(lines, index + 1, isTableRow) };
  const kind = isItem(text) ? 'item' : 'paragraph';
  return { kind, next: readWhile(lines, index + 1, (line, at) => !isBlank(line) && !startsBlock(lines, at)) };
}

function bodyKind(kind: OpenBlock['kind']): BodyKind {
  return kind === 'heading' ? 'paragraph' : kind;
}

function readWhile(
  lines: readonly Line[],
  from: number,
  holds: (text: string, index: number) => boolean,
): number {
  let index = from;
  for (let line = lines[index]; line !== undefined && holds(line.text, index); line = lines[index]) index++;
  return index;
}

function skipBlank(lines: readonly Line[], from: number): number {
  return readWhile(lines, from, isBlank);
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

function startsBlock(lines: readonly Line[], index: number): boolean {
  const text = lines[index]?.text ?? '';
  return (
    isItem(text) || headingOf(text) !== undefined || fenceOf(text) !== undefined || startsTable(lines, index)
  );
}

function isItem(text: string): boolean {
  return /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]/.test(text);
}

function isTableRow(text: string): boolean {
  return text.includes('|');
}

/** With a pipe in front a row is a row; without one, only above a line of dashes and pipes. */
function startsTable(lines: readonly Line[], index: number): boolean {
  const text = lines[index]?.text ?? '';
  if (!isTableRow(text)) return false;
  if (/^[ \t]*\|/.test(text)) return true;
  const below = lines[index + 1]?.text ?? '';
  return below.includes('-') && below.includes('|') && /^[\s:|-]+$/.test(below);
}

function headingOf(text: string): Heading | undefined {
  const marks = /^ {0,3}(#{1,6})(?:\s|$)/.exec(text);
  if (!marks?.[1]) return undefined;
  return { level: marks[1].length, title: withoutClosingMarks(text.slice(marks[0].length).trim()) };
}

/** `## Title ##`: written without a regular expression, for they try the marks of a long line over and over. */
function withoutClosingMarks(title: string): string {
  let end = title.length;
  while (end > 0 && title[end - 1] === '#') end--;
  const isClosed = end === 0 || /\s/.test(title[end - 1] ?? '');
  return isClosed ? title.slice(0, end).trimEnd() : title;
}

/** A line of text with a line of `=` or `-` below it. */
function underlinedHeadingOf(lines: readonly Line[], index: number): Heading | undefined {
  const title = lines[index]?.text.trim() ?? '';
  const mark = /^ {0,3}(?:(={2,})|-{2,})\s*$/.exec(lines[index + 1]?.text ?? '');
  if (!mark || title === '' || isItem(title) || isTableRow(title) || /^-+$/.test(title)) return undefined;
  return { level: mark[1] ? 1 : 2, title };
}

function fenceOf(text: string): string | undefined {
  const fence = /^[ \t]*(`{3,}|~{3,})/.exec(text);
  const isInlineCode = fence !== null && text.slice(fence[0].length).includes('`');
  return isInlineCode ? undefined : fence?.[1];
}

/** A fence that is never closed reaches to the end of the text. */
function endOfFence(lines: readonly Line[], opening: number, fence: string): number {
  const isClosing = (text: string) => {
    const mark = text.trim();
    return mark.length >= fence.length && mark === fence.charAt(0).repeat(mark.length);
  };
  return readWhile(lines, opening + 1, (text) => !isClosing(text)) + 1;
}

function endOfFrontMatter(lines: readonly Line[]): number {
  const closing = readWhile(lines, 1, (text) => text.trimEnd() !== '---');
  // Without a second line of dashes the first is a ruler.
  return closing < lines.length ? closing + 1 : 1;
}

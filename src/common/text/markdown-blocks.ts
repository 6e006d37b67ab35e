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
 * Cuts Markdown into headings, code fences, tables, list items and paragraphs. The blocks cover the complete
 * text without gap or overlap. Reads what matters to where a text may be cut, not all of CommonMark;
 * one pass, linear in the length of `text`.
 */
export function blocksOf(text: string): Block[] {
  return [...blockSteps(text)].filter((block) => block !== PAUSE);
}

/** The paragraphs of plain text, apart by blank lines, covering all of it as {@link blocksOf} does. */
export function paragraphsOf(text: string): Block[] {
  return [...paragraphSteps(text)].filter((block) => block !== PAUSE);
}

/** The same as {@link blocksOf}, one after the other; undefined where the work may pause. */
export function* blockSteps(text: string): Generator<Block | typeof PAUSE, void> {
  const lines = new LineReader(text);
  let start = 0;
  for (let index = 0; lines.at(index) !== undefined;) {
    const { kind, heading, next } = yield* readBlock(lines, index);
    index = yield* skipBlank(lines, next);
    lines.forget(index);
    const end = lines.at(index)?.start ?? text.length;
    yield kind === 'heading' && heading
      ? { kind, start, end, heading }
      : { kind: bodyKind(kind), start, end };
    start = end;
  }
}

/** The same as {@link paragraphsOf}, one after the other; undefined where the work may pause. */
export function* paragraphSteps(text: string): Generator<Block | typeof PAUSE, void> {
  const lines = new LineReader(text);
  let start = 0;
  let index = yield* skipBlank(lines, 0);
  while (start < text.length) {
    index = yield* skipBlank(lines, yield* readWhile(lines, index, (line) => !isBlank(line)));
    lines.forget(index);
    const end = lines.at(index)?.start ?? text.length;
    yield { kind: 'paragraph', start, end };
    start = end;
  }
}

/** Where a long work may pause. */
const PAUSE = undefined;

/** Lines that are read between two pauses: well below a millisecond. */
const LINES_PER_STEP = 256;

/** Further than this a second line of dashes is not looked for, and no line is kept. */
const MAX_FRONT_MATTER_LINES = 1_000;

type Steps<Result> = Generator<typeof PAUSE, Result>;

/**
 * The lines of a text, read as they are needed: those of a megabyte of short ones would take a hundred megabytes. Of
 * consecutive blank lines it gives only the first, because a megabyte of them is cheap to send.
 */
class LineReader {
  private readonly lines: Line[] = [];
  /** The index of the first kept line. */
  private first = 0;
  private reached = 0;
  private wasBlank = false;

  constructor(private readonly text: string) {}

  /** Counts from 0; undefined: behind the end. Not for lines that were forgotten. */
  at(index: number): Line | undefined {
    while (index - this.first >= this.lines.length && this.reached < this.text.length) this.read();
    return this.lines[index - this.first];
  }

  /** The caller no longer needs the lines before `index`. */
  forget(index: number): void {
    this.lines.splice(0, index - this.first);
    this.first = index;
  }

  private read(): void {
    const start = this.reached;
    const feed = this.text.indexOf('\n', start);
    const line = { start, text: this.text.slice(start, feed < 0 ? this.text.length : feed) };
    const blank = isBlank(line.text);
    if (!blank || !this.wasBlank) this.lines.push(line);
    this.wasBlank = blank;
    this.reached = start + line.text.length + 1;
  }
}

function* readBlock(lines: LineReader, from: number): Steps<OpenBlock> {
  const index = yield* skipBlank(lines, from);
  const text = lines.at(index)?.text ?? '';
  if (index === 0 && text.trimEnd() === '---') return { kind: 'paragraph', next: endOfFrontMatter(lines) };
  const fence = fenceOf(text);
  if (fence) return { kind: 'fence', next: yield* endOfFence(lines, index, fence) };
  const heading = headingOf(text) ?? underlinedHeadingOf(lines, index);
  if (heading) return { kind: 'heading', heading, next: index + (headingOf(text) ? 1 : 2) };
  if (startsTable(lines, index))
    return { kind: 'table', next: yield* readWhile(lines, index + 1, isTableRow) };
  const kind = isItem(text) ? 'item' : 'paragraph';
  const next = yield* readWhile(lines, index + 1, (line, at) => !isBlank(line) && !startsBlock(lines, at));
  return { kind, next };
}

function bodyKind(kind: OpenBlock['kind']): BodyKind {
  return kind === 'heading' ? 'paragraph' : kind;
}

function* readWhile(
  lines: LineReader,
  from: number,
  holds: (text: string, index: number) => boolean,
): Steps<number> {
  let index = from;
  for (let line = lines.at(index); line !== undefined && holds(line.text, index); line = lines.at(index)) {
    index++;
    if (index % LINES_PER_STEP > 0) continue;
    lines.forget(index);
    yield PAUSE;
  }
  return index;
}

function skipBlank(lines: LineReader, from: number): Steps<number> {
  return readWhile(lines, from, isBlank);
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

function startsBlock(lines: LineReader, index: number): boolean {
  const text = lines.at(index)?.text ?? '';
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
function startsTable(lines: LineReader, index: number): boolean {
  const text = lines.at(index)?.text ?? '';
  if (!isTableRow(text)) return false;
  if (/^[ \t]*\|/.test(text)) return true;
  const below = lines.at(index + 1)?.text ?? '';
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
function underlinedHeadingOf(lines: LineReader, index: number): Heading | undefined {
  const title = lines.at(index)?.text.trim() ?? '';
  const mark = /^ {0,3}(?:(={2,})|-{2,})\s*$/.exec(lines.at(index + 1)?.text ?? '');
  if (!mark || title === '' || isItem(title) || isTableRow(title) || /^-+$/.test(title)) return undefined;
  return { level: mark[1] ? 1 : 2, title };
}

function fenceOf(text: string): string | undefined {
  const fence = /^[ \t]*(`{3,}|~{3,})/.exec(text);
  const isInlineCode = fence !== null && text.slice(fence[0].length).includes('`');
  return isInlineCode ? undefined : fence?.[1];
}

/** A fence that is never closed reaches to the end of the text. */
function* endOfFence(lines: LineReader, opening: number, fence: string): Steps<number> {
  const isClosing = (text: string) => {
    const mark = text.trim();
    return mark.length >= fence.length && mark === fence.charAt(0).repeat(mark.length);
  };
  return (yield* readWhile(lines, opening + 1, (text) => !isClosing(text))) + 1;
}

function endOfFrontMatter(lines: LineReader): number {
  for (let index = 1; index < MAX_FRONT_MATTER_LINES; index++) {
    const line = lines.at(index);
    if (line === undefined) break;
    if (line.text.trimEnd() === '---') return index + 1;
  }
  // Without a second line of dashes the first is a ruler.
  return 1;
}

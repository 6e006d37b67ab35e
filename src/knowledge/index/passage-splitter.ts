import { type Block, blockSteps, type Heading, paragraphSteps } from '../../common/text/markdown-blocks.js';
import { unitWidth, widthOf } from '../../common/text/script.js';
import { readSentences } from '../../common/text/sentences.js';
import type { DocumentFormat } from '../documents/document.entity.js';

/** A passage before it is stored. */
export interface PassageDraft {
  /** The headings above it, outermost first, joined by ` > `; null where there is none. */
  readonly heading: string | null;
  /** As in the document, without blank lines around it. */
  readonly text: string;
}

/** Paragraphs are merged up to this width (a Latin character 1, a Chinese one 2), and cut above it. */
export const TARGET_WIDTH = 800;
/** A code fence or a table stays in one piece, with the text before it, up to this width. */
const MAX_BLOCK_WIDTH = 1600;
/** No passage is wider: headings, and the widest block. */
export const MAX_PASSAGE_WIDTH = TARGET_WIDTH + MAX_BLOCK_WIDTH;
/** Of a heading path, in characters: each passage has it again, so a long one would multiply. */
const MAX_PATH_LENGTH = 240;
/** Of one heading in a path. */
const MAX_TITLE_LENGTH = 120;

/**
 * How many passages a document may have: some, and one more for this width. Where its sections are so short that they
 * would be more, several of them share a passage: each costs far more than the seven characters of `## a\nb\n`.
 */
const FREE_PASSAGES = 100;
const WIDTH_PER_PASSAGE = 150;

/**
 * Cuts a document into passages that fit a prompt. Passages end at headings, else between blocks, else
 * at sentences or lines. Joined, they hold all of the text but blank lines. Linear in the length of `content`.
 */
export function splitDocument(content: string, format: DocumentFormat, title = ''): PassageDraft[] {
  return [...splitSteps(content, format, title)].filter((draft) => draft !== undefined);
}

/** The same, one after the other; undefined where the work may pause. */
export function* splitSteps(
  content: string,
  format: DocumentFormat,
  title: string,
): Generator<PassageDraft | undefined, void> {
  const splitter = new Splitter(content, title);
  const blocks = format === 'markdown' ? blockSteps(content) : paragraphSteps(content);
  for (const block of blocks) {
    if (block) yield* splitter.add(block);
    else yield undefined;
  }
  yield* splitter.flush();
}

type Steps = Generator<PassageDraft | undefined, void>;

class Splitter {
  /** The headings above what comes next, and above the body that is in the passage already. */
  private path: readonly Heading[] = [];
  private bodyPath: readonly Heading[] | null = null;
  private count = 0;
  private start = 0;
  private end = 0;
  private width = 0;

  constructor(
    private readonly content: string,
    private readonly title: string,
  ) {}

  *add(block: Block): Steps {
    const width = widthOf(this.content.slice(block.start, block.end));
    if (block.kind === 'heading') yield* this.addHeading(block.heading, block.end, width);
    else if (block.kind === 'fence' || block.kind === 'table')
      yield* this.addBody(block, width, MAX_BLOCK_WIDTH);
    else yield* this.addBody(block, width, TARGET_WIDTH);
  }

  *flush(): Steps {
    const text = withoutBlankEnds(this.content.slice(this.start, this.end));
    if (text !== '') yield { heading: pathOf(this.bodyPath ?? this.path), text };
    this.count += text === '' ? 0 : 1;
    this.start = this.end;
    this.width = 0;
    this.bodyPath = null;
  }

  private *addHeading({ level, title }: Heading, end: number, width: number): Steps {
    // Headings that follow each other stay with the text below them.
    const isSection = this.bodyPath !== null && this.hasPassageToSpare();
    if (isSection || this.width + width > TARGET_WIDTH) yield* this.flush();
    // The document's own title is not repeated.
    const shown = title === this.title ? '' : title.slice(0, MAX_TITLE_LENGTH).toWellFormed();
    this.path = [...this.path.filter((above) => above.level < level), { level, title: shown }];
    if (width > TARGET_WIDTH) yield* this.addPieces(end, TARGET_WIDTH, readSentences);
    else this.extend(end, width);
  }

  private hasPassageToSpare(): boolean {
    return this.count < FREE_PASSAGES + this.end / WIDTH_PER_PASSAGE;
  }

  private *addBody({ kind, end }: Block, width: number, limit: number): Steps {
    const cut = kind === 'fence' || kind === 'table' ? readLines : readSentences;
    if (width > limit) yield* this.addPieces(end, limit, cut);
    else yield* this.addPiece(end, width, limit);
  }

  private *addPieces(end: number, limit: number, cut: (text: string) => Iterable<string>): Steps {
    let reached = this.end;
    for (const unit of cut(this.content.slice(this.end, end))) {
      yield undefined;
      for (const piece of cutToWidth(unit, limit)) {
        reached += piece.length;
        yield* this.addPiece(reached, widthOf(piece), limit);
      }
    }
  }

  private *addPiece(end: number, width: number, limit: number): Steps {
    if (this.bodyPath && this.width + width > limit) yield* this.flush();
    this.extend(end, width);
    this.bodyPath = this.bodyPath ? sharedPath(this.bodyPath, this.path) : this.path;
  }

  private extend(end: number, width: number): void {
    this.end = end;
    this.width += width;
  }
}

/** What two paths begin with. */
function sharedPath(one: readonly Heading[], other: readonly Heading[]): readonly Heading[] {
  if (one === other) return one;
  const end = one.findIndex((heading, index) => heading !== other[index]);
  return end < 0 ? one : one.slice(0, end);
}

/** The innermost headings say most: where not all have room, they stay. */
function pathOf(headings: readonly Heading[]): string | null {
  let path = '';
  for (const { title } of headings.toReversed()) {
    if (title === '') continue;
    const longer = path === '' ? title : `${title} > ${path}`;
    if (longer.length > MAX_PATH_LENGTH) break;
    path = longer;
  }
  return path === '' ? null : path;
}

function* readLines(text: string): Generator<string, void> {
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed + 1;
    yield text.slice(start, end);
    start = end;
  }
}

/** Cuts what has no sentence or line end for longer than `limit`: at white space, else between characters. */
function* cutToWidth(text: string, limit: number): Generator<string, void> {
  let start = 0;
  while (text.length - start > limit / 2) {
    const end = endWithin(text, start, limit);
    yield text.slice(start, end);
    start = end;
  }
  if (start < text.length) yield text.slice(start);
}

/** The end of the longest stretch from `start` on that is no wider than `limit` and splits no word that fits. */
function endWithin(text: string, start: number, limit: number): number {
  let space = start;
  let index = start;
  for (let width = 0; index < text.length; index++) {
    width += unitWidth(text.charCodeAt(index));
    if (width > limit) break;
    if (isSpace(text.charCodeAt(index))) space = index + 1;
  }
  if (index === text.length || space > start) return index === text.length ? index : space;
  // Between two halves of one character there is no place to cut.
  return isLowSurrogate(text.charCodeAt(index)) ? index - 1 : index;
}

/** Leaves the first line its indentation: it may be code. */
function withoutBlankEnds(text: string): string {
  const trimmed = text.trimEnd();
  const first = trimmed.length - trimmed.trimStart().length;
  return trimmed.slice(trimmed.lastIndexOf('\n', first - 1) + 1);
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) || unit === 0x3000;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

import { type Block, blocksOf, type Heading, paragraphsOf } from '../common/text/markdown-blocks.js';
import { unitWidth, widthOf } from '../common/text/script.js';
import { sentencesOf } from '../common/text/sentences.js';
import type { DocumentFormat } from './document.entity.js';

/** A passage before it is stored. */
export interface PassageDraft {
  /** The headings above it, outermost first, joined by ` > `; null where there is none. */
  readonly heading: string | null;
  /** As it stands in the document, without blank lines around it. */
  readonly text: string;
}

/** Paragraphs are merged up to this width (a Latin character 1, a Chinese one 2), and cut above it. */
export const TARGET_WIDTH = 800;
/** A code fence or a table stays whole, and with the text before it, up to this width. */
export const MAX_BLOCK_WIDTH = 1600;
/** No passage is wider: headings, and the widest block. */
export const MAX_PASSAGE_WIDTH = TARGET_WIDTH + MAX_BLOCK_WIDTH;
/** The width of the column, in characters. */
const MAX_HEADING_LENGTH = 500;

/**
 * Cuts a document into passages that fit a prompt. Passages end at headings, else between blocks, else
 * at sentences or lines. Joined, they hold all of the text but blank lines. Linear in the length of `content`.
 */
export function splitDocument(content: string, format: DocumentFormat, title = ''): PassageDraft[] {
  const splitter = new Splitter(content, title);
  const blocks = format === 'markdown' ? blocksOf(content) : paragraphsOf(content);
  for (const block of blocks) splitter.add(block);
  return splitter.finish();
}

class Splitter {
  private readonly drafts: PassageDraft[] = [];
  private path: readonly Heading[] = [];
  private start = 0;
  private end = 0;
  private width = 0;
  private hasBody = false;

  constructor(
    private readonly content: string,
    private readonly title: string,
  ) {}

  add(block: Block): void {
    const width = widthOf(this.content.slice(block.start, block.end));
    if (block.kind === 'heading') this.addHeading(block.heading, block.end, width);
    else if (block.kind === 'fence' || block.kind === 'table') this.addBody(block, width, MAX_BLOCK_WIDTH);
    else this.addBody(block, width, TARGET_WIDTH);
  }

  finish(): PassageDraft[] {
    this.flush();
    return this.drafts;
  }

  private addHeading(heading: Heading, end: number, width: number): void {
    // Headings that follow each other stay with the text below them.
    if (this.hasBody || this.width + width > TARGET_WIDTH) this.flush();
    this.path = [...this.path.filter(({ level }) => level < heading.level), heading];
    if (width > TARGET_WIDTH) this.addPieces(end, TARGET_WIDTH, sentencesOf);
    else this.extend(end, width);
  }

  private addBody({ kind, end }: Block, width: number, limit: number): void {
    if (width > limit)
      this.addPieces(end, limit, kind === 'fence' || kind === 'table' ? linesOf : sentencesOf);
    else this.addPiece(end, width, limit);
  }

  private addPieces(end: number, limit: number, cut: (text: string) => string[]): void {
    let reached = this.end;
    for (const piece of cut(this.content.slice(this.end, end)).flatMap((unit) => cutToWidth(unit, limit))) {
      reached += piece.length;
      this.addPiece(reached, widthOf(piece), limit);
    }
  }

  private addPiece(end: number, width: number, limit: number): void {
    if (this.hasBody && this.width + width > limit) this.flush();
    this.extend(end, width);
    this.hasBody = true;
  }

  private extend(end: number, width: number): void {
    this.end = end;
    this.width += width;
  }

  private flush(): void {
    const text = withoutBlankEnds(this.content.slice(this.start, this.end));
    if (text !== '') this.drafts.push({ heading: this.headingPath(), text });
    this.start = this.end;
    this.width = 0;
    this.hasBody = false;
  }

  private headingPath(): string | null {
    const titles = this.path
      .map(({ title }) => title)
      .filter((title) => title !== '' && title !== this.title);
    const path = titles.join(' > ');
    return path === '' ? null : path.slice(0, MAX_HEADING_LENGTH).toWellFormed();
  }
}

function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/);
}

/** Cuts what has no sentence or line end for longer than `limit`: at white space, else between characters. */
function cutToWidth(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let start = 0;
  while (text.length - start > limit / 2) {
    const end = endWithin(text, start, limit);
    pieces.push(text.slice(start, end));
    start = end;
  }
  return start < text.length ? [...pieces, text.slice(start)] : pieces;
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

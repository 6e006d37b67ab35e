import { BlockState } from './block-state.js';
import { InlineState } from './inline-state.js';

/**
 * How good a place for a cut is, the better the higher. Only from `sentence` on is it a place for a cut that
 * nothing forces; the lower ones are for a piece that would be too large otherwise.
 */
export const BOUNDARY = {
  none: 0,
  word: 1,
  clause: 2,
  lineInBlock: 3,
  line: 4,
  sentence: 5,
  paragraph: 6,
} as const;

export type Boundary = (typeof BOUNDARY)[keyof typeof BOUNDARY];

const WIDE_ENDERS = '。！？｡…';
const LATIN_ENDERS = '.!?';
const CLOSERS = '"\'”’)]}»」』）】〉》*_~`';
const CLAUSE_ENDERS = ',;:，；：、';
const ABBREVIATION = /(?:^|[^\p{L}\p{N}])(?:\p{L}|dr|mr|mrs|ms|prof|vs|no|fig|cf|al|approx|e\.g|i\.e)\.$/iu;
const LIST_NUMBER = /^\s*\d+\.$/;
/** Longest abbreviation, and what stands before it. */
const TAIL = 12;

/**
 * Reads text one UTF-16 unit at a time and says how good a place for a cut is right before it. White space
 * belongs to what it follows, so a place is judged at the first character behind it: nothing has to be
 * held back to know.
 */
export class BoundaryScanner {
  private readonly blocks = new BlockState();
  private readonly inline = new InlineState();
  private tail = '';
  private line = '';
  private ender: 'none' | 'latin' | 'wide' = 'none';
  private pending: Boundary = BOUNDARY.none;

  /** How good a place the end of what was read is, when nothing follows for a while. */
  get boundaryAtEnd(): Boundary {
    if (this.blocks.block === 'fence' || this.inline.isInside) return BOUNDARY.none;
    return this.ender === 'wide' ? BOUNDARY.sentence : this.pending;
  }

  take(char: string): Boundary {
    if (isSpace(char)) {
      // In code the indentation belongs to its line.
      const isLineStart = char !== '\n' && this.tail.endsWith('\n') && this.blocks.block === 'fence';
      this.takeSpace(char);
      return isLineStart ? BOUNDARY.lineInBlock : BOUNDARY.none;
    }
    const boundary = this.boundaryBefore(char);
    this.takeVisible(char);
    return boundary;
  }

  private boundaryBefore(char: string): Boundary {
    if (extendsGrapheme(char)) return BOUNDARY.none;
    if (this.blocks.block !== 'prose' && this.pending !== BOUNDARY.paragraph) {
      return this.tail.endsWith('\n') ? BOUNDARY.lineInBlock : BOUNDARY.none;
    }
    return this.inline.isInside ? BOUNDARY.none : this.boundaryInProse(char);
  }

  private boundaryInProse(char: string): Boundary {
    if (this.ender === 'wide' && this.pending < BOUNDARY.sentence) {
      return CLOSERS.includes(char) || WIDE_ENDERS.includes(char) ? BOUNDARY.none : BOUNDARY.sentence;
    }
    const goesOn = this.pending === BOUNDARY.sentence && this.ender === 'latin' && isLowerCase(char);
    return goesOn ? BOUNDARY.word : this.pending;
  }

  private takeSpace(char: string): void {
    const isFenced = this.blocks.block === 'fence';
    if (char === '\n') {
      this.takeLineEnd(isFenced);
    } else if (!isFenced) {
      this.inline.take(char);
      this.raise(this.ender === 'none' ? this.boundaryAfterWord() : BOUNDARY.sentence);
    }
    if (char !== '\n') this.line += this.line === '' ? '' : char;
    this.tail = (this.tail + char).slice(-TAIL);
  }

  private boundaryAfterWord(): Boundary {
    return CLAUSE_ENDERS.includes(this.tail.at(-1) ?? ' ') ? BOUNDARY.clause : BOUNDARY.word;
  }

  private takeLineEnd(wasFenced: boolean): void {
    const isBlank = this.line === '';
    this.blocks.take('\n');
    const isFenced = this.blocks.block === 'fence';
    this.line = '';
    if (isFenced) return;
    if (wasFenced) this.raise(BOUNDARY.sentence);
    else if (isBlank) this.endParagraph();
    else this.raise(this.ender === 'none' ? BOUNDARY.line : BOUNDARY.sentence);
  }

  private endParagraph(): void {
    this.inline.endParagraph();
    this.blocks.endTable();
    this.raise(BOUNDARY.paragraph);
  }

  private takeVisible(char: string): void {
    this.blocks.take(char);
    if (this.blocks.block !== 'fence') this.inline.take(char);
    else this.inline.endParagraph();
    this.line += char;
    this.tail = (this.tail + char).slice(-TAIL);
    this.ender = this.enderAfter(char);
    this.pending = BOUNDARY.none;
    if (CLAUSE_ENDERS.includes(char) && char.charCodeAt(0) > 0x7f) this.raise(BOUNDARY.clause);
    else if (isWide(char)) this.raise(BOUNDARY.word);
    if (this.line.length > 64) this.line = this.line.slice(0, 64);
  }

  private enderAfter(char: string): 'none' | 'latin' | 'wide' {
    if (WIDE_ENDERS.includes(char)) return 'wide';
    if (LATIN_ENDERS.includes(char)) return char === '.' && this.isAbbreviation() ? 'none' : 'latin';
    return CLOSERS.includes(char) ? this.ender : 'none';
  }

  private isAbbreviation(): boolean {
    return LIST_NUMBER.test(this.line) || ABBREVIATION.test(this.tail);
  }

  private raise(boundary: Boundary): void {
    if (boundary > this.pending) this.pending = boundary;
  }
}

function isSpace(char: string): boolean {
  return (
    char === ' ' || char === '\n' || char === '\t' || char === '\r' || char === '\u3000' || char === '\u00a0'
  );
}

function isLowerCase(char: string): boolean {
  return char !== char.toUpperCase();
}

/** Scripts that are written without spaces: any place between two characters will do. */
function isWide(char: string): boolean {
  const code = char.charCodeAt(0);
  return code >= 0x3040 && code <= 0xd7af;
}

/** Combining marks, joiners, the second half of a pair and its modifiers belong to the character before. */
function extendsGrapheme(char: string): boolean {
  const code = char.charCodeAt(0);
  if (code < 0x300) return false;
  return (code >= 0xdc00 && code <= 0xdfff) || code === 0x200d || /\p{M}/u.test(char);
}

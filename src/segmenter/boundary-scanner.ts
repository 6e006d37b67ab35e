import { insideRank, RANK, type Rank } from './boundary.js';
import { isSpace } from './characters.js';
import { extendsGrapheme, isRegionalIndicator } from './graphemes.js';
import { endLine, FIRST_LINE, isInList, isUntouched, type LineState, noteDelimiters } from './lines/line.js';
import { takeBody } from './lines/line-body.js';
import { closeOpening, takeOpening } from './lines/line-opening.js';
import { rankOfLine } from './lines/line-rank.js';
import {
  hasEnded,
  rankBefore,
  SENTENCE_START,
  type SentenceState,
  takeOpaque,
  takePlain,
  takeProse,
} from './sentence.js';
import * as spans from './span.js';

/** All that the scanner knows of the text before a place. */
export interface ScanState {
  readonly line: LineState;
  readonly span: spans.SpanState;
  readonly sentence: SentenceState;
  /** A sentence ends with the last line. */
  hasLineEndedSentence: boolean;
  /** Regional indicators, one after the other, at the end. */
  flagHalves: number;
}

/**
 * Reads Markdown one code point at a time and says how good a place for a cut lies between two of them.
 * A place on a line is known with the character after it, a place at a line's start once the opening shows
 * the kind of the line. Constant in time and memory per character.
 */
export class BoundaryScanner {
  private state: ScanState = {
    line: { ...FIRST_LINE },
    span: { ...spans.NO_SPAN },
    sentence: { ...SENTENCE_START },
    hasLineEndedSentence: false,
    flagHalves: 0,
  };

  snapshot(): ScanState {
    const { line, span, sentence } = this.state;
    return { ...this.state, line: { ...line }, span: { ...span }, sentence: { ...sentence } };
  }

  /** The snapshot can be restored again. */
  restore(snapshot: ScanState): void {
    this.state = snapshot;
    this.state = this.snapshot();
  }

  get flagHalves(): number {
    return this.state.flagHalves;
  }

  /** Nothing of the line has been read. */
  get isAtLineStart(): boolean {
    return this.state.line.openingLength === 0 && this.state.line.isOpening;
  }

  /** No place in what follows is outside, unless the block ends. */
  get isInLiteralBlock(): boolean {
    return this.state.line.block === 'fence' || this.state.line.block === 'math';
  }

  /** The service may not cut between the text so far and the following text. */
  get mayBeInside(): boolean {
    const { line, span } = this.state;
    return line.isOpening || line.block !== 'none' || line.kind === 'heading' || spans.mayBeInSpan(span);
  }

  /** The last character was one of a word, and nothing is open that plain text could close or change. */
  get isPlain(): boolean {
    const { line, span, sentence } = this.state;
    if (line.isOpening || line.isFenceOpener || line.block === 'math' || sentence.word === '') return false;
    return line.block === 'fence' || spans.isNothingOpen(span);
  }

  /** An item of a list would be torn here, or the list between two of its items. */
  get isInList(): boolean {
    return isInList(this.state.line);
  }

  /** The line, whose kind has just been found out, is a heading or an item. */
  get isAtHead(): boolean {
    const { kind } = this.state.line;
    return kind === 'heading' || kind === 'item';
  }

  /** What follows on this line is code: it changes nothing but its end does. */
  get isInCodeLine(): boolean {
    const { line } = this.state;
    return line.block === 'fence' && !line.isOpening && !line.isFenceOpener;
  }

  /** Takes plain text (`HeldText.wordsAt`, `HeldText.clausesAt`): as if each character had been met and taken. */
  takePlain(run: string): void {
    const { line, span, sentence } = this.state;
    takePlain(sentence, run);
    this.state.flagHalves = 0;
    if (line.block !== 'fence') span.previous = run.charAt(run.length - 1);
  }

  /** Whether a sentence or paragraph has ended, should nothing follow for a while. */
  get hasEndedSentence(): boolean {
    const { line, span, sentence, hasLineEndedSentence } = this.state;
    if (line.block !== 'none' || line.hasPipe || spans.isInSpan(span)) return false;
    if (!line.isOpening) return hasEnded(sentence) && !span.isEmphasized && line.kind !== 'heading';
    if (!isUntouched(line) || line.before === null || line.before === 'heading') return false;
    return line.isAfterBlank || line.before === 'fenceEnd' || hasLineEndedSentence;
  }

  /** Whether `char`, the next one, may begin a block that must not be cut. */
  mayOpenInside(char: string): boolean {
    return spans.mayOpenSpan(this.state.span, char);
  }

  /**
   * The place right before `char`, the next one; to be asked before every {@link take}. `none` before
   * white space and at a line's start. That a grapheme ends there is certain from `word` on only.
   */
  meet(char: string): Rank {
    const { line, span, sentence } = this.state;
    spans.settle(span, char);
    if (line.isOpening || !line.hasContent || isSpace(char) || extendsGrapheme(char)) return RANK.none;
    const rank = this.rankOnLine(rankBefore(sentence, char, span.isEmphasized), char);
    return line.block !== 'none' || line.hasPipe || spans.isInSpan(span) ? insideRank(rank) : rank;
  }

  /** Takes `char`. When with it the place at the line's start is known, returns that; else null. */
  take(char: string): Rank | null {
    const { line } = this.state;
    this.state.flagHalves = isRegionalIndicator(char) ? this.state.flagHalves + 1 : 0;
    if (char === '\n') return this.takeLineEnd();
    if (line.block !== 'fence')
      noteDelimiters(line, char, this.state.span.isEscaped || spans.isInCode(this.state.span));
    const lineRank = line.isOpening ? this.takeInOpening(char) : this.takeInBody(char);
    this.takeInline(char);
    return lineRank;
  }

  private rankOnLine(rank: Rank, char: string): Rank {
    const { line, span } = this.state;
    if (spans.isWithinMark(span, char)) return RANK.none;
    if (rank === RANK.sentence && (span.isEmphasized || line.kind === 'heading')) return RANK.clause;
    return rank === RANK.grapheme && spans.mayOpenSpan(span, char) ? RANK.word : rank;
  }

  private takeLineEnd(): Rank | null {
    const { line, span, sentence } = this.state;
    const isInside = line.block !== 'none';
    const kind = closeOpening(line);
    const rank = kind && this.rankLine('\n', isInside);
    this.takeInline('\n');
    if (line.kind === null) spans.endParagraph(span);
    this.state.hasLineEndedSentence = hasEnded(sentence);
    // So a line of code may be left out.
    if (line.block === 'fence') Object.assign(sentence, SENTENCE_START);
    endLine(line);
    return rank;
  }

  private takeInOpening(char: string): Rank | null {
    const { line } = this.state;
    const blockBefore = line.block;
    const kind = takeOpening(line, char);
    if (kind === 'code' && line.block === 'math') takeBody(line, char);
    // In a list item, its first mark has been taken for one within a line: a formula would never be seen to end.
    if (line.block !== blockBefore && this.isInLiteralBlock) spans.endParagraph(this.state.span);
    // A fence that its quote's end has ended is no fence any more, with whatever the line goes on.
    const isInside = blockBefore !== 'none' && (kind === 'code' || line.block === blockBefore);
    return kind && this.rankLine(char, isInside);
  }

  private takeInBody(char: string): null {
    const { line, span } = this.state;
    if (takeBody(line, char)) Object.assign(span, { ...spans.NO_SPAN, openTicks: line.fence.length });
    return null;
  }

  private rankLine(char: string, isInside: boolean): Rank {
    const { line, span } = this.state;
    const isParagraphGoingOn = (line.kind === 'text' || line.kind === 'rule') && line.block === 'none';
    if (!isParagraphGoingOn) spans.endParagraph(span);
    return rankOfLine(line, {
      char,
      isInside,
      isInSpan: spans.isInSpan(span),
      hasEndedSentence: this.state.hasLineEndedSentence,
    });
  }

  private takeInline(char: string): void {
    const { line, span, sentence } = this.state;
    const isLiteral = line.block === 'fence' || line.block === 'math';
    if (!isLiteral) spans.take(span, char);
    if (!isLiteral && spans.isOpaque(span)) takeOpaque(sentence, char);
    else takeProse(sentence, char);
  }
}

import { RANK, type Rank } from './boundary.js';
import { BoundaryScanner, type ScanState } from './boundary-scanner.js';
import { ByteBudget } from './byte-budget.js';
import { isSpace, utf8Bytes } from './characters.js';
import { GRAPHEME_CONTEXT, isGraphemeStart } from './graphemes.js';
import { Outbox, type SegmenterOutput } from './outbox.js';

export type { SegmenterOutput } from './outbox.js';

export interface SegmenterOptions {
  /**
   * Smallest piece before a cut, in UTF-16 units, above 0. From here on the end of a paragraph or of a sentence
   * cuts, and from {@link LONG_PIECES} times as much on that of a line or of a clause.
   */
  readonly minChars: number;
  /** How long a piece may be open, in ms, before the end of a sentence cuts it whatever its size. */
  readonly afterMs: number;
  /** Largest piece in UTF-8 bytes; absent: none. Where it cannot be kept otherwise it wins over everything but graphemes. */
  readonly maxBytes?: number;
}

/**
 * The model must be silent for so long (ms) before the end of what it said is taken for a place to cut:
 * an answer's last sentence is followed by its end within a moment, and a cut with nothing after it
 * would start an empty message.
 */
export const SETTLE_MS = 1000;

/** How many times `minChars` a piece may grow before it does without the end of a sentence. */
export const LONG_PIECES = 4;

/** A place that text is held back for: what comes after it is not passed on, so that it can still be cut at. */
interface Mark {
  /** In units since the first. */
  readonly at: number;
  /** Bytes of the piece before it. */
  readonly bytes: number;
  readonly state: ScanState;
}

/**
 * Decides, while an answer streams, where one message ends and the next begins. Cuts fall at the end of a
 * paragraph, else of a sentence, else, when none comes for long, of a line or clause; never within a code fence, a table, a link, a code span, a formula or a
 * grapheme, unless the byte budget cannot be kept otherwise. The text passed on, joined, is the text
 * that came. White space at a cut belongs to the piece before it.
 *
 * Text is held back only where the place of a cut is open: at a line's start that would be cut at, until it
 * is known what the line is (at most some 100 characters), and with a byte budget as `ByteBudget` says.
 * Time and memory per character are constant.
 */
export class Segmenter {
  private readonly scanner = new BoundaryScanner();
  private readonly outbox = new Outbox();
  private readonly budget?: ByteBudget;
  private pieceStart = this.scanner.snapshot();
  private openedAt: number;
  private now: number;
  /** Units since the first: where the piece starts, and what has been scanned. */
  private pieceAt = 0;
  private position = 0;
  private bytes = 0;
  /** Whether the piece has anything that a reader would see: the marks of emphasis alone are nothing. */
  private hasInk = false;
  /** The start of a line whose opening is still being read. */
  private lineMark: Mark | null = null;

  /** `nowMs`: from here on the first piece is open; any clock, the same for all calls. */
  constructor(
    private readonly options: SegmenterOptions,
    nowMs: number,
  ) {
    this.openedAt = this.now = nowMs;
    if (options.maxBytes !== undefined) this.budget = new ByteBudget(options.maxBytes);
  }

  /** Text from the model, in any cuts; what can be passed on, and where it is cut. */
  push(text: string, nowMs: number): SegmenterOutput[] {
    if (text === '') return [];
    this.now = nowMs;
    this.outbox.add(text);
    this.scan(false);
    return this.outbox.take(this.heldFrom);
  }

  /**
   * When {@link tick} wants to be called although nothing was pushed (ms, same clock), or null: a sentence has
   * ended, and when the piece has been open for long and the model silent for a moment, it will be cut.
   */
  get wakeAt(): number | null {
    if (!this.hasInk || !this.scanner.hasEndedSentence || this.outbox.end > this.position) return null;
    return Math.max(this.openedAt + this.options.afterMs, this.now + SETTLE_MS);
  }

  /** Cuts when it is time; before {@link wakeAt} it does nothing. Should the model end right after, the cut was the last output. */
  tick(nowMs: number): SegmenterOutput[] {
    const { wakeAt } = this;
    if (wakeAt === null || nowMs < wakeAt) return [];
    this.now = nowMs;
    if (this.lineMark) this.cutAt(this.lineMark);
    else this.cutHere();
    this.scan(false);
    return this.outbox.take(this.heldFrom);
  }

  /** The model has ended: what was held back. Never ends with a cut (a BREAK with nothing after it starts an empty message). */
  flush(): SegmenterOutput[] {
    this.scan(true);
    while (this.isOverBudget) {
      const mark = this.budget?.best ?? this.lineMark;
      if (!mark) break;
      this.cutAt(mark);
      this.scan(true);
    }
    return this.outbox.take(this.position);
  }

  /**
   * The text since the last cut is void, passed on or held: begins the piece anew, in the middle of whatever
   * the cut was made in, and open from now on.
   */
  restart(nowMs: number): void {
    this.outbox.clear(this.pieceAt);
    this.scanner.restore(this.pieceStart);
    this.position = this.pieceAt;
    this.now = nowMs;
    this.beginPiece();
  }

  private get heldFrom(): number {
    return Math.min(this.position, this.lineMark?.at ?? Infinity, this.budget?.best?.at ?? Infinity);
  }

  private get isOverBudget(): boolean {
    return this.budget !== undefined && this.bytes > this.budget.maxBytes;
  }

  private scan(isEnd: boolean): void {
    for (;;) {
      const char = this.outbox.characterAt(this.position, isEnd);
      if (char === '') return;
      this.step(char);
    }
  }

  private step(char: string): void {
    if (this.hasInk && this.scanner.isAtLineStart && char !== '\n') this.markLine();
    this.choose(this.scanner.meet(char), char);
    const lineRank = this.scanner.take(char);
    this.position += char.length;
    this.bytes += utf8Bytes(char);
    this.hasInk ||= !isSpace(char) && char !== '*' && char !== '_';
    if (lineRank !== null || char === '\n') this.chooseLine(lineRank ?? RANK.none);
    if (!this.lineMark) this.keepBudget();
  }

  /** Only where a cut is wanted: else the line's opening can be passed on at once. */
  private markLine(): void {
    const isWanted =
      this.budget ?? (!this.scanner.isInLiteralBlock && this.isDue(RANK.paragraph, this.position));
    if (isWanted) this.lineMark = this.markHere();
  }

  private chooseLine(rank: Rank): void {
    const mark = this.lineMark;
    if (!mark) return;
    this.lineMark = null;
    if (this.isDue(rank, mark.at)) {
      this.cutAt(mark);
    } else if (this.budget) {
      const place = rank === RANK.none && this.isOverBudget && this.budget.isAtALoss ? RANK.lastResort : rank;
      if (this.budget.wants(place, mark.bytes)) this.budget.best = { ...mark, rank: place };
    }
  }

  /** Judges the place before `char`. */
  private choose(rank: Rank, char: string): void {
    if (this.hasInk && this.isDue(rank, this.position)) this.cutHere();
    else if (this.budget && this.bytes > 0)
      this.chooseForBudget(this.budget, this.hasInk ? rank : RANK.none, char);
  }

  private chooseForBudget(budget: ByteBudget, rank: Rank, char: string): void {
    if (this.isOverBudget && !this.lineMark && this.isGraphemeStart(char)) {
      // A grapheme larger than the whole budget lies behind.
      this.cutHere();
      return;
    }
    const isNear = budget.isNear(this.bytes);
    if (!isNear && !this.scanner.mayOpenInside(char)) return;
    const place = rank === RANK.none && isNear && budget.isAtALoss ? RANK.lastResort : rank;
    const isPlace = budget.wants(place, this.bytes) && (place > RANK.word || this.isGraphemeStart(char));
    if (isPlace) budget.best = { ...this.markHere(), rank: place };
  }

  /** The place that was kept for it takes the cut when the budget runs out; far from there nothing need be held back. */
  private keepBudget(): void {
    const { budget } = this;
    if (!budget?.best) return;
    if (this.isOverBudget) this.cutAt(budget.best);
    else if (!budget.isNear(this.bytes) && !this.scanner.mayBeInside) budget.best = null;
  }

  private isGraphemeStart(char: string): boolean {
    const before = this.outbox.before(this.position, GRAPHEME_CONTEXT);
    return isGraphemeStart({ before, char, flagHalves: this.scanner.flagHalves });
  }

  private isDue(rank: Rank, at: number): boolean {
    const { minChars, afterMs } = this.options;
    const size = at - this.pieceAt;
    if (rank < RANK.sentence) return rank >= RANK.clause && size >= LONG_PIECES * minChars;
    return size >= minChars || this.now - this.openedAt >= afterMs;
  }

  private markHere(): Mark {
    return { at: this.position, bytes: this.bytes, state: this.scanner.snapshot() };
  }

  private cutHere(): void {
    this.cutAt(this.markHere());
  }

  /** What was scanned after the mark is scanned again, as part of the next piece. */
  private cutAt({ at, state }: Mark): void {
    this.outbox.cut(at);
    this.scanner.restore(state);
    this.pieceStart = state;
    this.pieceAt = this.position = at;
    this.beginPiece();
  }

  private beginPiece(): void {
    this.openedAt = this.now;
    this.bytes = 0;
    this.hasInk = false;
    this.lineMark = null;
    if (this.budget) this.budget.best = null;
  }
}

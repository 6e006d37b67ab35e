import { endsSentence, RANK, type Rank } from './boundary.js';
import { BoundaryScanner } from './boundary-scanner.js';
import { ByteBudget, type Mark } from './byte-budget.js';
import { isInk, utf8Bytes } from './characters.js';
import { FirstPiece } from './first-piece.js';
import { isGraphemeStart } from './graphemes.js';
import { HeldText, MAY_OPEN, type SegmenterOutput } from './held-text.js';
import { isInList } from './lines/line.js';
import { LONG_PIECES, SETTLE_MS, type SegmenterOptions } from './segmenter-options.js';

export type { SegmenterOutput } from './held-text.js';
export type { SegmenterOptions } from './segmenter-options.js';

/**
 * Decides, while an answer streams, where one message ends and the next begins. Cuts fall at the end of a
 * paragraph, else of a sentence, else, when none comes for long, of a line or clause; never within a code fence, a table, a link, a code span, a formula or a
 * grapheme, unless the byte budget cannot be kept otherwise. The text passed on, joined, is the text
 * that came. White space at a cut belongs to the piece before it.
 *
 * Text is held back only where the place of a cut is open: at a line's start that would be cut at, until it
 * is known what the line is (at most some 100 characters), and with a byte budget as `ByteBudget` says.
 * Time and memory per character are constant. Text is read only when a cut may be due: until then it is passed on as it comes.
 */
export class Segmenter {
  private readonly scanner = new BoundaryScanner();
  private readonly held = new HeldText();
  private readonly budget?: ByteBudget;
  private readonly first: FirstPiece;
  private pieceStart = this.scanner.snapshot();
  private openedAt: number;
  private now: number;
  /** Units since the first: where the piece starts, and what has been read. */
  private pieceAt = 0;
  private position = 0;
  private bytes = 0;
  /** Whether the piece has anything that a reader would see. */
  private hasInk = false;
  /** The start of a line whose opening is still being read. */
  private lineMark: Mark | null = null;
  /** How far the text had come when it was found to end with no sentence. */
  private unfinishedAt = -1;

  /** `nowMs`: from here on the first piece is open; any clock, the same for all calls. */
  constructor(
    private readonly options: SegmenterOptions,
    nowMs: number,
  ) {
    this.openedAt = this.now = nowMs;
    this.first = new FirstPiece(options.firstMs, nowMs);
    if (options.maxBytes !== undefined) this.budget = new ByteBudget(options.maxBytes);
  }

  /** Text from the model, in any cuts; what can be passed on, and where it is cut. */
  push(text: string, nowMs: number): SegmenterOutput[] {
    if (text === '') return [];
    this.now = nowMs;
    this.held.add(text);
    if (this.cutAtKept() || this.mayCut(text)) this.scan(false);
    return this.take();
  }

  /**
   * When {@link tick} wants to be called although nothing was pushed (ms, same clock), or null: the piece has been
   * open for long then, and the model silent for a moment. Until the next call it changes with pushes only to be later.
   */
  get wakeAt(): number | null {
    const { end } = this.held;
    if (end === this.pieceAt || end === this.unfinishedAt || this.dueAt === Infinity) return null;
    return Math.max(this.dueAt, this.now + SETTLE_MS);
  }

  /** Cuts when it is time and a sentence has ended; before {@link wakeAt} it does nothing. Should the model end right after, the cut was the last output. */
  tick(nowMs: number): SegmenterOutput[] {
    const { wakeAt } = this;
    if (wakeAt === null || nowMs < wakeAt) return [];
    this.now = nowMs;
    this.scan(false);
    // In a list the first piece waits a little longer.
    if (!this.isDue(RANK.sentence, this.position, this.scanner.isInList)) return [];
    if (this.hasInk && this.scanner.hasEndedSentence && this.held.end === this.position) {
      this.cutAt(this.lineMark ?? this.markHere());
    } else if (!this.cutAtKept()) {
      this.unfinishedAt = this.held.end;
      return [];
    }
    this.scan(false);
    return this.take();
  }

  /** The model has ended: what was held back. Never ends with a cut (a BREAK with nothing after it starts an empty message). */
  flush(): SegmenterOutput[] {
    if (this.mayBeNear) this.scan(true);
    while (this.isOverBudget) {
      const mark = this.budget?.best ?? this.lineMark;
      if (!mark) break;
      this.cutForBudget(mark);
      this.scan(true);
    }
    return this.held.take(this.held.end, this.held.end);
  }

  /**
   * The text since the last cut is void, passed on or held: begins the piece again, inside the block of
   * the cut, and open from now on.
   */
  restart(nowMs: number): void {
    this.held.clear(this.pieceAt);
    this.scanner.restore(this.pieceStart);
    this.position = this.pieceAt;
    this.now = nowMs;
    this.beginPiece();
  }

  private take(): SegmenterOutput[] {
    const { wholeEnd } = this.held;
    const heldFrom = Math.min(wholeEnd, this.lineMark?.at ?? Infinity, this.budget?.best?.at ?? Infinity);
    return this.held.take(heldFrom, this.position);
  }

  private get isOverBudget(): boolean {
    return this.budget !== undefined && this.bytes > this.budget.maxBytes;
  }

  /** When time alone makes the end of a sentence a place to cut. */
  private get dueAt(): number {
    return Math.min(this.first.dueAt, this.pieceDueAt);
  }

  /** As `dueAt`, of any piece. */
  private get pieceDueAt(): number {
    return this.budget ? Infinity : this.openedAt + this.options.afterMs;
  }

  /** Whether the piece can be cut in what has come and was not read: else that need not be read yet. `text`: the new part of it. */
  private mayCut(text: string): boolean {
    if (this.now >= this.dueAt) return true;
    const { budget, held } = this;
    if (!budget) return held.end - this.pieceAt >= this.options.minChars;
    if (this.mayBeNear) return true;
    if (this.scanner.isInCodeLine) return text.includes('\n');
    return this.lineMark !== null || budget.best !== null || this.scanner.mayBeInside || MAY_OPEN.test(text);
  }

  /** Whether the piece is near its budget with all that has come. */
  private get mayBeNear(): boolean {
    return this.budget?.isNear(this.bytes, this.held.end - this.position) ?? false;
  }

  private scan(isEnd: boolean): void {
    for (;;) {
      // A piece begins with a character that is read by itself: whether a reader would see it counts.
      if (this.hasInk) this.skip();
      const char = this.held.characterAt(this.position, isEnd);
      if (char === '') return;
      this.step(char);
    }
  }

  private step(char: string): void {
    if (this.hasInk && this.scanner.isAtLineStart && char !== '\n') this.markLine();
    this.choose(this.scanner.meet(char), char);
    const lineRank = this.scanner.take(char);
    this.position += char.length;
    if (this.budget) this.bytes += utf8Bytes(char);
    this.hasInk ||= isInk(char);
    if (lineRank !== null || char === '\n') this.chooseLine(lineRank ?? RANK.none);
    if (this.budget && !this.lineMark) this.keepBudget(this.budget);
  }

  /** Takes the rest of a line of code, or words, at once where none of their places could be wanted. */
  private skip(): void {
    const { held, position, scanner } = this;
    const isCode = scanner.isInCodeLine;
    if (!isCode && !scanner.isPlain) return;
    const units = this.unwantedUnits;
    if (units <= 0) return;
    const run = isCode ? held.lineAt(position, units) : this.plainText(units);
    if (run === '') return;
    if (!isCode) scanner.takePlain(run);
    this.position += run.length;
    if (!this.budget) return;
    this.bytes += Buffer.byteLength(run);
    if (!this.lineMark) this.keepBudget(this.budget);
  }

  private plainText(units: number): string {
    const { held, position } = this;
    const clauseUnits = this.budget ? 0 : this.pieceAt + LONG_PIECES * this.options.minChars - position;
    return clauseUnits > 0 ? held.clausesAt(position, clauseUnits) : held.wordsAt(position, units);
  }

  /** In how many units no place below a clause's end could be wanted. */
  private get unwantedUnits(): number {
    const { budget } = this;
    return budget && !budget.hasGoodPlace ? budget.unitsBeforeNear(this.bytes) : Infinity;
  }

  /** Only where a cut is wanted: else the line's opening can be passed on at once. */
  private markLine(): void {
    if (this.position < this.held.passedTo) return;
    const isWanted =
      this.budget ?? (!this.scanner.isInLiteralBlock && this.isDue(RANK.paragraph, this.position));
    if (isWanted) this.lineMark = this.markHere();
  }

  private chooseLine(rank: Rank): void {
    const { budget, lineMark: mark } = this;
    if (!mark) return;
    this.lineMark = null;
    if (this.isDue(rank, mark.at, isInList(mark.state.line))) {
      this.cutAt(mark);
    } else if (budget) {
      const isLost = rank === RANK.none && this.isOverBudget && budget.isAtALoss;
      const place = isLost ? RANK.lastResort : budget.rankAt(rank, mark.bytes);
      const isHead = this.scanner.isAtHead && rank >= RANK.item;
      const candidate = { ...mark, rank: place, isGood: budget.isGood(mark.bytes, isHead) };
      if (budget.wants(candidate)) budget.best = candidate;
    }
  }

  /** Judges the place before `char`. */
  private choose(rank: Rank, char: string): void {
    // The reader has what lies before and after it already.
    if (this.position < this.held.passedTo) return;
    if (this.hasInk && this.isDue(rank, this.position, this.scanner.isInList)) this.cutAt(this.markHere());
    else if (this.budget && this.position > this.pieceAt)
      this.chooseForBudget(this.budget, this.hasInk ? rank : RANK.none, char);
  }

  private chooseForBudget(budget: ByteBudget, rank: Rank, char: string): void {
    if (this.isOverBudget && !this.lineMark && this.isGraphemeStart(char)) {
      // A grapheme larger than the complete budget is behind.
      this.cutAt(this.markHere());
      return;
    }
    const isNear = budget.isNear(this.bytes);
    if (!isNear && !this.scanner.mayOpenInside(char)) return;
    const place = rank === RANK.none && isNear && budget.isAtALoss ? RANK.lastResort : rank;
    const candidate = { rank: place, bytes: this.bytes, isGood: budget.isGood(this.bytes, false) };
    const isPlace = budget.wants(candidate) && (place > RANK.word || this.isGraphemeStart(char));
    if (isPlace) budget.best = { ...this.markHere(), ...candidate };
  }

  /** The place that was kept for it takes the cut when the budget runs out; far from there nothing need be held back. */
  private keepBudget(budget: ByteBudget): void {
    if (!budget.best) return;
    if (this.isOverBudget) this.cutForBudget(budget.best);
    else if (!budget.best.isGood && !budget.isNear(this.bytes) && !this.scanner.mayBeInside)
      budget.best = null;
  }

  private isGraphemeStart(char: string): boolean {
    const before = this.held.before(this.position);
    return isGraphemeStart({ before, char, flagHalves: this.scanner.flagHalves });
  }

  private isDue(rank: Rank, at: number, isInList = false): boolean {
    const size = this.budget ? 0 : at - this.pieceAt;
    if (this.first.isDue(rank, isInList, this.now)) return true;
    if (endsSentence(rank)) return size >= this.options.minChars || this.now >= this.pieceDueAt;
    return rank >= RANK.clause && size >= LONG_PIECES * this.options.minChars;
  }

  private markHere(): Mark {
    return { at: this.position, bytes: this.bytes, state: this.scanner.snapshot() };
  }

  /** The first piece is due: it ends before a held block that must not be cut, which may go on for long. */
  private cutAtKept(): boolean {
    const kept = this.budget?.best;
    if (!kept || !this.first.isDue(kept.rank, isInList(kept.state.line), this.now)) return false;
    this.cutAt(kept);
    return true;
  }

  private cutForBudget(mark: Mark): void {
    this.budget?.noteCut(mark.bytes);
    this.cutAt(mark);
  }

  /** What was scanned after the mark is scanned again, as part of the next piece. */
  private cutAt({ at, state }: Mark): void {
    this.held.cut(at);
    this.scanner.restore(state);
    this.pieceStart = state;
    this.pieceAt = this.position = at;
    this.budget?.beginPiece(this.now >= this.first.dueAt);
    this.first.end();
    this.beginPiece();
  }

  private beginPiece(): void {
    this.openedAt = this.now;
    this.bytes = 0;
    this.hasInk = false;
    this.lineMark = null;
    this.unfinishedAt = -1;
    if (this.budget) this.budget.best = null;
  }
}

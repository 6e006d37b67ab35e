import { BOUNDARY, BoundaryScanner, type Boundary } from './boundary-scanner.js';
import { HeldText } from './held-text.js';

export interface SegmenterOptions {
  /** Smallest piece before a cut, in UTF-16 code units; at least 1. */
  readonly minChars: number;
  /** How long a piece may be open, in ms, before the end of a sentence cuts it whatever its size. */
  readonly afterMs: number;
  /** Largest piece in UTF-8 bytes; absent: any. It wins over everything but a single grapheme. */
  readonly maxBytes?: number;
}

export type SegmenterOutput = { readonly type: 'text'; readonly text: string } | { readonly type: 'cut' };

/** How long the model must be silent at the end of a sentence before that counts as a pause. */
const PAUSE_MS = 1_000;

/**
 * Cuts an answer into messages, for channels that cannot edit what was sent: at the end of a paragraph or
 * sentence once a piece is large enough or has been open for long, and where it would get too large. Text
 * goes out unchanged and at once, but for the end of a piece that nears its limit in bytes.
 *
 * A cut is told when the text behind it comes, so that no answer ends with one; only when a model pauses
 * at the end of a sentence, in a piece that has been open for long, it is told before.
 */
export class Segmenter {
  private scanner = new BoundaryScanner();
  private readonly held: HeldText | null;
  private pieceChars = 0;
  private hasWords = false;
  private openedAt: number;
  private heardAt: number;
  private output: SegmenterOutput[] = [];
  private passing = '';
  /** The first half of a surrogate pair, until the second comes. */
  private high = '';

  constructor(
    private readonly options: SegmenterOptions,
    nowMs: number,
  ) {
    this.openedAt = this.heardAt = nowMs;
    this.held = options.maxBytes === undefined ? null : new HeldText(options.maxBytes);
  }

  /** Text from the model, in any cuts; what can be passed on, and where it is cut. */
  push(text: string, nowMs: number): SegmenterOutput[] {
    this.heardAt = nowMs;
    for (let index = 0; index < text.length; index++) this.takeUnit(text.charAt(index), nowMs);
    if (this.held) this.passing += this.held.release();
    return this.takeOutput();
  }

  /** When `tick` wants to be called although nothing was pushed (ms, same clock), or null. */
  get wakeAt(): number | null {
    if (!this.hasWords || this.scanner.boundaryAtEnd < BOUNDARY.sentence) return null;
    return Math.max(this.openedAt + this.options.afterMs, this.heardAt + PAUSE_MS);
  }

  tick(nowMs: number): SegmenterOutput[] {
    if (this.wakeAt === null || nowMs < this.wakeAt) return [];
    this.cut(this.held?.cutHere() ?? '', nowMs);
    return this.takeOutput();
  }

  /** The model has ended: what was held back. Never ends with a cut. */
  flush(): SegmenterOutput[] {
    this.passing += (this.held?.cutHere() ?? '') + this.high;
    this.high = '';
    return this.takeOutput();
  }

  /** The text since the last cut is void, passed on or held: begins the piece anew. */
  restart(nowMs: number): void {
    this.scanner = new BoundaryScanner();
    this.held?.clear();
    this.high = '';
    this.pieceChars = 0;
    this.hasWords = false;
    this.openedAt = this.heardAt = nowMs;
  }

  private takeUnit(unit: string, nowMs: number): void {
    const isHigh = unit >= '\ud800' && unit <= '\udbff';
    if (isHigh && this.high === '') {
      // Half a character, without which nobody knows whether a grapheme goes on.
      this.high = unit;
      return;
    }
    this.take(this.high + unit, nowMs);
    this.high = '';
  }

  private take(char: string, nowMs: number): void {
    const boundary = this.scanner.take(char.charAt(0));
    if (char.length > 1) this.scanner.take(char.charAt(1));
    if (this.isPlaceForCut(boundary, nowMs)) this.cut(this.held?.cutHere() ?? '', nowMs);
    if (this.held) this.hold(char, boundary, nowMs);
    else this.passing += char;
    this.pieceChars += char.length;
    this.hasWords ||= char.trim() !== '';
  }

  private hold(char: string, boundary: Boundary, nowMs: number): void {
    const held = this.held!;
    while (this.hasWords && held.isFullFor(char)) {
      // This place counts as well, and is the last.
      if (boundary > BOUNDARY.none) held.add('', boundary);
      this.cut(held.release() + held.cutBest(char), nowMs);
      this.hasWords = held.isFullFor(char);
    }
    held.add(char, boundary);
  }

  private isPlaceForCut(boundary: Boundary, nowMs: number): boolean {
    if (!this.hasWords || boundary < BOUNDARY.line) return false;
    const { minChars, afterMs } = this.options;
    // A list without full stops is cut between its lines, but later.
    if (boundary === BOUNDARY.line) return this.pieceChars >= 2 * minChars;
    return this.pieceChars >= minChars || nowMs - this.openedAt >= afterMs;
  }

  private cut(rest: string, nowMs: number): void {
    this.passing += rest;
    this.passOn();
    this.output.push({ type: 'cut' });
    this.pieceChars = 0;
    this.hasWords = false;
    this.openedAt = nowMs;
  }

  private passOn(): void {
    if (this.passing !== '') this.output.push({ type: 'text', text: this.passing });
    this.passing = '';
  }

  private takeOutput(): SegmenterOutput[] {
    this.passOn();
    const { output } = this;
    this.output = [];
    return output;
  }
}

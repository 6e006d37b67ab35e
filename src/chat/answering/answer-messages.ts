import type { Observer, Subscriber } from 'rxjs';
import type { Completion$, CompletionEvent } from '../../llm/completion.js';
import { Segmenter, type SegmenterOptions, type SegmenterOutput } from '../../segmenter/segmenter.js';
import type { TurnText } from '../domain/turn-fold.js';
import type { GenerationEvent } from './generation-event.js';

/** What readers of a wire can do with text that was sent already. */
export interface TextPolicy {
  /** Whether what came since the last commit can be voided; else readers keep all that was sent, and text is continued. */
  readonly canVoid: boolean;
  /** Where text is cut into messages; absent: nowhere. */
  readonly segments?: SegmenterOptions;
}

/**
 * The text of one answer between the model and the turn: cut into messages, and voided or kept when an attempt fails.
 * It passes the events of the model on to `turn`.
 */
export class AnswerMessages implements Observer<CompletionEvent> {
  private segmenter?: Segmenter;
  private wake?: NodeJS.Timeout;
  /** Whether reasoning or tool calls have come since the last commit or void. */
  private hasOpenSides = false;

  /** @param textSoFar the text of the events that were passed on */
  constructor(
    private readonly policy: TextPolicy,
    private readonly textSoFar: () => TurnText,
    private readonly turn: Subscriber<GenerationEvent>,
  ) {}

  /** The text that the next attempt continues. */
  readonly keptText = (): string => {
    const { committed, open } = this.textSoFar();
    return committed + open;
  };

  /** Asks the model. When the turn unsubscribes, its request is aborted at once. */
  follow(completion$: Completion$): void {
    const { segments } = this.policy;
    this.segmenter = segments && new Segmenter(segments, performance.now());
    this.turn.add(() => clearTimeout(this.wake));
    this.turn.add(completion$.subscribe(this));
    this.armWake();
  }

  next(event: CompletionEvent): void {
    switch (event.type) {
      case 'text.delta':
        if (this.segmenter) this.cut(this.segmenter, event.text);
        else this.turn.next(event);
        return;
      case 'reasoning.delta':
      case 'tool_call.delta':
        this.hasOpenSides = true;
        this.turn.next(event);
        return;
      case 'attempt':
        this.turn.next({ type: 'attempt', attempt: event.attempt });
        if (event.willRetry) this.prepareRetry();
        return;
      case 'finish':
        this.pass(this.segmenter?.flush());
        this.turn.next({ type: 'attempt', attempt: event.attempt });
        this.turn.next({ type: 'turn.completed', finishReason: event.finishReason, usage: event.usage });
    }
  }

  error(error: unknown): void {
    this.pass(this.segmenter?.flush());
    this.turn.error(error);
  }

  complete(): void {
    this.turn.complete();
  }

  private cut(segmenter: Segmenter, text: string): void {
    this.pass(segmenter.push(text, performance.now()));
    // A running timer is left alone: a timer for each delta costs more than a timer that fires too early.
    if (this.wake === undefined) this.armWake();
  }

  private pass(output: readonly SegmenterOutput[] = []): void {
    for (const piece of output) {
      if (piece.type === 'cut') this.hasOpenSides = false;
      this.turn.next(
        piece.type === 'cut' ? { type: 'text.committed' } : { type: 'text.delta', text: piece.text },
      );
    }
  }

  /**
   * Without open text there is no text to void or to keep; but the next attempt begins its reasoning and its calls
   * again, and they must not be taken for one with those of this attempt.
   */
  private prepareRetry(): void {
    const { canVoid } = this.policy;
    // Text that is held back is kept too: else the next attempt would not continue it, and would send it twice.
    if (!canVoid) this.pass(this.segmenter?.flush());
    const hasOpenText = this.textSoFar().open !== '';
    this.segmenter?.restart(performance.now());
    // What readers cannot drop is theirs: the reasoning, too.
    if (!canVoid && (hasOpenText || this.hasOpenSides)) this.turn.next({ type: 'text.committed' });
    else if (hasOpenText) this.turn.next({ type: 'text.voided' });
    else if (this.hasOpenSides) this.turn.next({ type: 'sides.voided' });
    this.hasOpenSides = false;
  }

  /** A piece that has been open for long is cut at the end of its sentence although the model is silent. */
  private armWake(): void {
    const wakeAt = this.segmenter?.wakeAt ?? null;
    if (wakeAt === null || this.turn.closed) return;
    this.wake = setTimeout(() => this.wakeUp(), Math.max(0, wakeAt - performance.now()));
  }

  private wakeUp(): void {
    this.wake = undefined;
    this.pass(this.segmenter?.tick(performance.now()));
    this.armWake();
  }
}

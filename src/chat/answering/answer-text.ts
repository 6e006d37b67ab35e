import { Observable, type Subscriber } from 'rxjs';
import type { Completion$, CompletionEvent } from '../../llm/completion.js';
import type { TurnEventBody } from '../domain/turn-event.js';
import { EMPTY_TEXT, foldText, type TurnText, wholeText } from '../domain/turn-fold.js';
import type { GenerationEvent } from './running-turn.js';
import { Segmenter, type SegmenterOptions, type SegmenterOutput } from '../../segmenter/segmenter.js';

/** What readers of a wire can do with text that was sent already. */
export interface TextPolicy {
  /** Whether text since the last commit can be voided; else all that was sent stands, and is continued. */
  readonly canVoid: boolean;
  /** Where text is cut into messages; absent: nowhere. */
  readonly segments?: SegmenterOptions;
}

/**
 * One answer's text, from what the model says to what the reader is told: cut into messages, voided or
 * kept when an attempt fails. `keptText` is what the next attempt goes on from.
 */
export class AnswerText {
  private text: TurnText = EMPTY_TEXT;
  private segmenter?: Segmenter;
  private wake?: NodeJS.Timeout;

  constructor(private readonly policy: TextPolicy) {}

  readonly keptText = (): string => wholeText(this.text);

  /** Unsubscribing aborts the model's request at once. */
  follow(completion$: Completion$): Observable<GenerationEvent> {
    return new Observable((subscriber) => {
      const { segments } = this.policy;
      this.segmenter = segments && new Segmenter(segments, performance.now());
      subscriber.add(() => clearTimeout(this.wake));
      subscriber.add(
        completion$.subscribe({
          next: (event) => this.take(subscriber, event),
          error: (error) => {
            this.pass(subscriber, this.segmenter?.flush() ?? []);
            subscriber.error(error);
          },
          complete: () => subscriber.complete(),
        }),
      );
      this.armWake(subscriber);
    });
  }

  private take(subscriber: Subscriber<GenerationEvent>, event: CompletionEvent): void {
    switch (event.type) {
      case 'delta':
        this.takeDelta(subscriber, event.text);
        return;
      case 'attempt':
        subscriber.next({ type: 'attempt', attempt: event.attempt });
        if (event.willRetry) this.prepareRetry(subscriber);
        return;
      case 'finish':
        this.pass(subscriber, this.segmenter?.flush() ?? []);
        subscriber.next({ type: 'attempt', attempt: event.attempt });
        subscriber.next({ type: 'turn.completed', finishReason: event.finishReason, usage: event.usage });
    }
  }

  private takeDelta(subscriber: Subscriber<GenerationEvent>, text: string): void {
    if (!this.segmenter) {
      this.emit(subscriber, { type: 'text.delta', text });
      return;
    }
    this.pass(subscriber, this.segmenter.push(text, performance.now()));
    this.armWake(subscriber);
  }

  private pass(subscriber: Subscriber<GenerationEvent>, output: readonly SegmenterOutput[]): void {
    for (const piece of output) {
      this.emit(
        subscriber,
        piece.type === 'cut' ? { type: 'text.committed' } : { type: 'text.delta', text: piece.text },
      );
    }
  }

  /** Nothing is told when there is nothing to void or to keep. */
  private prepareRetry(subscriber: Subscriber<GenerationEvent>): void {
    const hasOpenText = this.text.open !== '';
    if (this.policy.canVoid) {
      this.segmenter?.restart(performance.now());
      if (hasOpenText) this.emit(subscriber, { type: 'text.voided' });
    } else if (hasOpenText) {
      this.emit(subscriber, { type: 'text.committed' });
    }
  }

  private emit(subscriber: Subscriber<GenerationEvent>, event: TurnEventBody): void {
    this.text = foldText(this.text, event);
    subscriber.next(event);
  }

  /**
   * A piece that has been open for long is cut at its sentence's end although the model is silent. A timer that runs is
   * left alone: one a delta costs more than one that comes too early.
   */
  private armWake(subscriber: Subscriber<GenerationEvent>): void {
    const wakeAt = this.wake ? null : (this.segmenter?.wakeAt ?? null);
    if (wakeAt === null || subscriber.closed) return;
    const delayMs = Math.max(0, wakeAt - performance.now());
    this.wake = setTimeout(() => this.wakeUp(subscriber), delayMs);
  }

  private wakeUp(subscriber: Subscriber<GenerationEvent>): void {
    this.wake = undefined;
    this.pass(subscriber, this.segmenter?.tick(performance.now()) ?? []);
    this.armWake(subscriber);
  }
}

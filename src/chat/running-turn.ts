import { Observable, type Subscriber, type Subscription } from 'rxjs';
import { AppError } from '../common/errors/app-error.js';
import type { Usage } from '../llm/completion.js';
import { isTerminal, type Source, type TurnEvent, type TurnEventBody } from './domain/turn-event.js';
import { EMPTY_TEXT, foldText, type TurnText, wholeText } from './domain/turn-fold.js';
import type { TurnOutcome } from './domain/turn-outcome.js';

/** What is left of a turn to be stored once it has an outcome. */
export interface TurnEnd {
  readonly outcome: TurnOutcome;
  readonly answer: string;
  readonly sources: readonly Source[];
}

export interface RunningTurnOptions {
  readonly id: string;
  /** Emits what the model and the search produce; its last event is terminal. Unsubscribing aborts the model. */
  readonly generation$: Observable<TurnEventBody>;
  /** Stores the end and returns the outcome that holds. Never rejects. */
  readonly record: (end: TurnEnd) => Promise<TurnOutcome>;
  /** Estimates the usage of a turn that was stopped before the model counted. */
  readonly estimateUsage: (answer: string) => Usage;
  /** How long it runs on without a reader, from the start on. */
  readonly disconnectGraceMs: number;
}

/**
 * A turn while it is answered. It owns the generation; connections only read it, may leave and come
 * back. Events are numbered here, the outcome is stored before the terminal event passes, and
 * that event is the last.
 */
export class RunningTurn {
  readonly id: string;
  /** Resolves when the terminal event has passed. Never rejects. */
  readonly ended: Promise<void>;

  private readonly events: TurnEvent[] = [];
  private readonly readers = new Set<Subscriber<TurnEvent>>();
  private text: TurnText = EMPTY_TEXT;
  private sources: readonly Source[] = [];
  private generation?: Subscription;
  private grace?: NodeJS.Timeout;
  private isEnding = false;
  private markEnded!: () => void;

  constructor(private readonly options: RunningTurnOptions) {
    this.id = options.id;
    this.ended = new Promise((resolve) => (this.markEnded = resolve));
  }

  /** Begins. A reader that never comes has left already. */
  start(): void {
    this.append({ type: 'turn.started' });
    this.armGrace();
    this.generation = this.options.generation$.subscribe({
      next: (event) => this.take(event),
      error: (error: unknown) => this.end(toFailure(error)),
      complete: () => this.end(toFailure(new Error('The generation ended without an outcome'))),
    });
    if (this.isEnding) this.generation.unsubscribe();
  }

  /** The events after `seq`, those that were and those to come. Completes after the terminal one; never errors. */
  read(afterSeq = 0): Observable<TurnEvent> {
    return new Observable((subscriber) => {
      for (const event of this.events.slice(afterSeq)) subscriber.next(event);
      if (this.hasEnded()) {
        subscriber.complete();
        return;
      }
      this.readers.add(subscriber);
      clearTimeout(this.grace);
      return () => {
        this.readers.delete(subscriber);
        if (this.readers.size === 0) this.armGrace();
      };
    });
  }

  /** Ends the turn as cancelled, with the text so far. The model's request is aborted at once. */
  cancel(): void {
    this.end({ status: 'cancelled', usage: this.options.estimateUsage(wholeText(this.text)) });
  }

  /** Ends the turn as failed. The model's request is aborted at once. */
  fail(error: AppError): void {
    this.end({ status: 'failed', error });
  }

  private take(event: TurnEventBody): void {
    if (this.isEnding) return;
    if (event.type === 'turn.completed') {
      this.end({ status: 'completed', finishReason: event.finishReason, usage: event.usage });
      return;
    }
    if (event.type === 'sources.retrieved') this.sources = event.sources;
    this.append(event);
  }

  private end(outcome: TurnOutcome): void {
    if (this.isEnding) return;
    this.isEnding = true;
    clearTimeout(this.grace);
    this.generation?.unsubscribe();
    const end = { outcome, answer: wholeText(this.text), sources: this.sources };
    this.options.record(end).then(
      (stored) => this.finish(stored),
      // It never rejects; if it did, the reader would wait for ever.
      (error: unknown) => this.finish(toFailure(error)),
    );
  }

  private finish(outcome: TurnOutcome): void {
    this.append(toTerminalEvent(outcome));
    for (const reader of [...this.readers]) reader.complete();
    this.markEnded();
  }

  private append(body: TurnEventBody): void {
    const event: TurnEvent = { ...body, seq: this.events.length + 1 };
    this.events.push(event);
    this.text = foldText(this.text, body);
    for (const reader of this.readers) reader.next(event);
  }

  private hasEnded(): boolean {
    const last = this.events.at(-1);
    return last !== undefined && isTerminal(last);
  }

  private armGrace(): void {
    if (this.isEnding) return;
    this.grace = setTimeout(() => this.cancel(), this.options.disconnectGraceMs);
  }
}

function toTerminalEvent(outcome: TurnOutcome): TurnEventBody {
  switch (outcome.status) {
    case 'completed':
      return { type: 'turn.completed', finishReason: outcome.finishReason, usage: outcome.usage };
    case 'cancelled':
      return { type: 'turn.cancelled', usage: outcome.usage };
    case 'failed':
      return { type: 'turn.failed', error: outcome.error };
  }
}

function toFailure(error: unknown): TurnOutcome {
  if (error instanceof AppError) return { status: 'failed', error };
  return {
    status: 'failed',
    error: new AppError('internal_error', 'An unexpected error happened; it was logged.', { cause: error }),
  };
}

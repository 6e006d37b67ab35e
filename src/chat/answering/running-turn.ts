import { Observable, type Subscriber, type Subscription } from 'rxjs';
import type { AttemptRecord, ToolCallDelta, Usage } from '../../llm/completion.js';
import { joinDeltas } from '../domain/join-deltas.js';
import { MAX_DELTA_UNITS, MAX_REASONING_UNITS, splitDelta, textWithin } from '../domain/split-delta.js';
import type { Source, TurnEvent, TurnEventBody } from '../domain/turn-event.js';
import { foldParts, foldText, type TurnText, voidOf } from '../domain/turn-fold.js';
import { toTerminalEvent, type TurnOutcome } from '../domain/turn-outcome.js';
import { type RecordedEnd, sentIn, type TurnEnd, writtenIn } from '../turn/turn-end.js';
import type { GenerationEvent } from './generation-event.js';
import type { RunningTurnOptions } from './running-turn-options.js';
import type { TurnObservers } from './turn-observers.js';
import { interrupted, toFailure } from '../turn/turn-failure.js';

/**
 * A turn while it is answered. It owns the generation; connections only read it, may leave and come
 * back. Events are numbered here. Readers get an event at once, but a BREAK, and what follows it, only
 * when what it ends is stored, and the terminal event, which is the last, only when the outcome is.
 */
export class RunningTurn {
  readonly id: string;
  /** Resolves when the terminal event has passed. Never rejects. */
  readonly ended: Promise<void>;
  /** Whether all its readers have left: a reader that has not come yet has not left. */
  isLeft = false;

  private readonly events: TurnEvent[] = [];
  /** How many of the events readers may have. */
  private visible = 0;
  /**
   * For each reader, the last `seq` that it has. It can exceed `visible`: a reader that comes from another
   * replica has events whose storage this process has not confirmed yet.
   */
  private readonly readers = new Map<Subscriber<TurnEvent>, number>();
  private sources: readonly Source[] = [];
  private readonly attempts: AttemptRecord[] = [];
  private runningAttempt?: () => AttemptRecord;
  private observers?: TurnObservers;
  private readonly startedAt = performance.now();
  private firstTokenMs?: number;
  /** How much further reasoning is kept. */
  private reasoningRoom = MAX_REASONING_UNITS;
  private generation?: Subscription;
  private grace?: NodeJS.Timeout;
  /** Once the turn has ended: the last events for a reader that has all events up to a number. */
  private tail?: (afterSeq: number) => readonly TurnEvent[];
  private isEnding = false;
  private markEnded!: () => void;

  constructor(private readonly options: RunningTurnOptions) {
    this.id = options.id;
    this.ended = new Promise((resolve) => (this.markEnded = resolve));
  }

  get hasReaders(): boolean {
    return this.readers.size > 0;
  }

  /** To be called before {@link start}. */
  observe(observers: TurnObservers): void {
    this.observers = observers;
  }

  /** Begins. A reader that never comes has left already. */
  start(): void {
    this.append({ type: 'turn.started' });
    this.observers?.started(this.options);
    this.armGrace();
    this.generation = this.options.generation$.subscribe({
      next: (event) => this.take(event),
      error: (error: unknown) => this.end(toFailure(error)),
      complete: () => this.end(toFailure(new Error('The generation ended without an outcome'))),
    });
    if (this.isEnding) this.generation.unsubscribe();
  }

  /**
   * The events after `seq`, those that were and those to come; the terminal one in any case. Completes
   * after it; never errors.
   */
  read(afterSeq = 0): Observable<TurnEvent> {
    return new Observable((subscriber) => {
      for (const event of joinDeltas(this.events.slice(afterSeq, this.visible))) subscriber.next(event);
      if (this.tail) this.finishReader(subscriber, this.tail(Math.max(afterSeq, this.visible)));
      else this.addReader(subscriber, afterSeq);
      return () => this.removeReader(subscriber);
    });
  }

  /** The text that readers have, or may have as soon as it is stored. */
  get text(): TurnText {
    return foldText(this.events);
  }

  /** Ends the turn as cancelled, with the text so far. The model's request is aborted at once. */
  cancel(by: Extract<TurnOutcome, { status: 'cancelled' }>['by'] = 'caller'): void {
    this.end({ status: 'cancelled', by, usage: this.estimateUsage() });
  }

  /** Another question waits for the turn: ends it as cancelled if its readers have left, here and elsewhere. */
  async yield(): Promise<void> {
    if (!this.isLeft) return;
    const isRead = await this.options.isReadElsewhere();
    if (this.isLeft && !isRead) this.cancel('next question');
  }

  /** To be called, too, when the connection ends that the turn was opened for: its reader may never have come. */
  noteLeft(): void {
    if (this.hasReaders || this.isLeft || this.isEnding) return;
    this.isLeft = true;
    this.options.onReaders(false);
  }

  /** Ends the turn as failed. The model's request is aborted at once. */
  fail(error: Error): void {
    this.end(toFailure(error));
  }

  private take(event: GenerationEvent): void {
    if (this.isEnding) return;
    switch (event.type) {
      case 'prompt.composed':
        this.options.onPrompt(event.inputTokens);
        return;
      case 'attempt.begun':
        this.runningAttempt = event.current;
        return;
      case 'attempt':
        this.runningAttempt = undefined;
        this.attempts.push(event.attempt);
        return;
      case 'turn.completed':
        this.end({ status: 'completed', finishReason: event.finishReason, usage: event.usage });
        return;
      case 'sources.retrieved':
        this.sources = event.sources;
        break;
      case 'text.delta':
        if (this.firstTokenMs === undefined) this.noteFirstToken();
        // Before they are numbered: the parts have the same ids for every reader.
        if (event.text.length > MAX_DELTA_UNITS) {
          for (const text of splitDelta(event.text)) this.append({ type: 'text.delta', text });
          return;
        }
        break;
      default:
        return this.appendOther(event);
    }
    this.append(event);
  }

  private appendOther(event: TurnEventBody): void {
    if (event.type === 'reasoning.delta') this.appendReasoning(event.text);
    else if (event.type === 'tool_call.delta') this.appendCall(event);
    else this.append(event);
  }

  /** Cut before it is numbered: the reader, the log and the row have the same reasoning. */
  private appendReasoning(text: string): void {
    const kept = textWithin(text, this.reasoningRoom);
    this.reasoningRoom = kept === text ? this.reasoningRoom - kept.length : 0;
    for (const part of splitDelta(kept)) this.append({ type: 'reasoning.delta', text: part });
  }

  /** The begin of a call has an event of its own: from there on its pieces are arguments, whose length the layout keeps. */
  private appendCall({ arguments: json, ...begin }: ToolCallDelta): void {
    const { type, index, id, extraContent } = begin;
    if (this.firstTokenMs === undefined) this.noteFirstToken();
    if (id !== undefined || extraContent) this.append({ ...begin, arguments: '' });
    for (const piece of splitDelta(json)) this.append({ type, index, arguments: piece });
  }

  private noteFirstToken(): void {
    const afterMs = this.msSinceStart();
    this.firstTokenMs = afterMs;
    this.observers?.firstToken(this.options, afterMs);
  }

  private msSinceStart(): number {
    return Math.round(performance.now() - this.startedAt);
  }

  private end(outcome: TurnOutcome): void {
    if (this.isEnding) return;
    this.isEnding = true;
    clearTimeout(this.grace);
    if (this.runningAttempt) this.attempts.push(this.runningAttempt());
    this.generation?.unsubscribe();
    this.options.record(this.toEnd(outcome)).then(
      (recorded) => this.finish(outcome, recorded),
      // It never rejects; if it did, the reader would wait for ever.
      (error: unknown) => this.finish(toFailure(error), { isStored: true }),
    );
  }

  private toEnd(outcome: TurnOutcome): TurnEnd {
    const { sources, attempts, firstTokenMs } = this;
    const usage = outcome.status === 'failed' ? this.estimateUsage() : outcome.usage;
    const isDelivered = outcome.status === 'completed' && this.hasReaders;
    return { outcome, ...sentIn(this.events), sources, attempts, usage, isDelivered, firstTokenMs };
  }

  private estimateUsage(): Usage {
    return this.options.estimateUsage(writtenIn(sentIn(this.events)));
  }

  private finish(outcome: TurnOutcome, recorded: RecordedEnd): void {
    if (recorded.isStored) {
      this.reveal(Infinity);
      const end: TurnEvent = { ...toTerminalEvent(outcome), seq: this.events.length + 1 };
      this.tail = () => [end];
    } else {
      // A BREAK that still waits was not stored: readers must not hear of it.
      this.events.splice(this.visible);
      const { tail, storeLater } = recorded;
      const voids = voidOf(foldParts(this.events).open);
      // The maker of the tail knows only the stored events; less was sent that would be void, or nothing.
      this.tail = (seq) =>
        tail(seq).flatMap((event): TurnEvent[] => {
          if (event.type !== 'text.voided') return [event];
          return voids ? [{ type: voids, seq: event.seq }] : [];
        });
      storeLater?.(sentIn(this.events));
    }
    for (const [reader, afterSeq] of [...this.readers])
      this.finishReader(reader, this.tail(Math.max(afterSeq, this.visible)));
    const end = {
      status: outcome.status,
      durationMs: this.msSinceStart(),
      firstTokenMs: this.firstTokenMs,
    };
    this.observers?.ended(this.options, end);
    this.markEnded();
  }

  private finishReader(reader: Subscriber<TurnEvent>, tail: readonly TurnEvent[]): void {
    for (const event of tail) reader.next(event);
    reader.complete();
  }

  private append(body: TurnEventBody): void {
    const seq = this.events.length + 1;
    // A delta is copied by its members: there are thousands a second.
    const event: TurnEvent =
      body.type === 'text.delta' ? { type: 'text.delta', text: body.text, seq } : { ...body, seq };
    this.events.push(event);
    this.options.log.append(this.id, event);
    if (event.type === 'text.committed') void this.revealWhenLogged(seq);
    else if (this.visible === seq - 1) this.show(event);
  }

  private async revealWhenLogged(seq: number): Promise<void> {
    if (await this.options.log.stored(this.id)) this.reveal(seq);
    // Another process has ended the turn: later text will not be stored.
    else this.fail(interrupted());
  }

  /** Lets readers have the events up to `seq`, and those behind it up to the next that must wait. */
  private reveal(seq: number): void {
    while (this.visible < this.events.length) {
      const event = this.events[this.visible]!;
      if (event.seq > seq && event.type === 'text.committed') return;
      this.show(event);
    }
  }

  private show(event: TurnEvent): void {
    this.visible++;
    for (const [reader, afterSeq] of this.readers) if (event.seq > afterSeq) reader.next(event);
  }

  private addReader(subscriber: Subscriber<TurnEvent>, afterSeq: number): void {
    this.readers.set(subscriber, afterSeq);
    clearTimeout(this.grace);
    if (!this.isLeft) return;
    this.isLeft = false;
    this.options.onReaders(true);
  }

  private removeReader(subscriber: Subscriber<TurnEvent>): void {
    this.readers.delete(subscriber);
    if (this.hasReaders || this.isEnding) return;
    this.noteLeft();
    this.armGrace();
  }

  private armGrace(): void {
    this.grace = setTimeout(() => void this.endUnlessRead(), this.options.disconnectGraceMs);
  }

  private async endUnlessRead(): Promise<void> {
    const isRead = await this.options.isReadElsewhere();
    if (this.isEnding || this.hasReaders) return;
    if (isRead) this.armGrace();
    else this.cancel('grace');
  }
}

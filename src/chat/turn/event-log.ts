import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { summarizeDatabaseError } from '../../database/database-error.js';
import type { TurnEvent } from '../domain/turn-event.js';
import { type LogBatch, EventLogRepository } from './event-log.repository.js';

/** How long events wait for others, so that all turns of this process share one statement. */
const FLUSH_AFTER_MS = 200;
const PAUSE_AFTER_FAILURE_MS = 500;

interface Pending {
  readonly firstSeq: number;
  readonly events: TurnEvent[];
}

/**
 * Writes the events of running turns behind their readers' backs: in batches, across turns, one
 * statement at a time. A database that is away is tried until it is back or the turn has ended.
 */
@Injectable()
export class EventLog {
  private readonly logger = new Logger(EventLog.name);
  private pending = new Map<string, Pending>();
  private writing = new Map<string, Pending>();
  /** By turn, how large its prompt is, in tokens; it goes with its batches. */
  private readonly prompts = new Map<string, number>();
  /** By turn, the number of the first event that is not stored yet. */
  private readonly storedUntil = new Map<string, number>();
  private timer?: NodeJS.Timeout;
  private flushing?: Promise<void>;

  constructor(private readonly repository: EventLogRepository) {}

  append(turnId: string, event: TurnEvent): void {
    const pending = this.pending.get(turnId);
    if (pending) pending.events.push(event);
    else this.pending.set(turnId, { firstSeq: event.seq, events: [event] });
    if (this.timer === undefined) this.armTimer();
  }

  /** Stored with the turn's next events, of which there are some soon. */
  notePrompt(turnId: string, inputTokens: number): void {
    this.prompts.set(turnId, inputTokens);
  }

  /**
   * Resolves when what was appended for the turn so far is stored. Never rejects.
   * @returns false when it never will be: the turn was forgotten, or somebody else has ended it
   */
  async stored(turnId: string): Promise<boolean> {
    const last = this.pending.get(turnId) ?? this.writing.get(turnId);
    const until = last ? endOf(last) : 0;
    // Up to there and no further: a turn that goes on talking has something pending at all times.
    while (this.firstUnstored(turnId) < until) await this.flush();
    return (this.storedUntil.get(turnId) ?? 0) >= until;
  }

  /** The turn has ended: its end says everything, and what is not stored yet need not be. */
  forget(turnId: string): void {
    this.pending.delete(turnId);
    this.writing.delete(turnId);
    this.storedUntil.delete(turnId);
    this.prompts.delete(turnId);
  }

  private firstUnstored(turnId: string): number {
    return (this.writing.get(turnId) ?? this.pending.get(turnId))?.firstSeq ?? Infinity;
  }

  private armTimer(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.flush();
    }, FLUSH_AFTER_MS);
  }

  private flush(): Promise<void> {
    this.flushing ??= this.write().finally(() => {
      this.flushing = undefined;
      // What came while this was being written: the timer may have rung for it, in vain.
      if (this.pending.size > 0) this.armTimer();
    });
    return this.flushing;
  }

  private async write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.pending;
    this.pending = new Map();
    while (this.writing.size > 0) {
      try {
        this.noteStored(await this.repository.append(this.toBatches(this.writing)));
        this.writing = new Map();
      } catch (error) {
        this.logger.warn({
          message: 'The event log could not be written',
          error: summarizeDatabaseError(error),
        });
        await sleep(PAUSE_AFTER_FAILURE_MS, undefined, { ref: false });
      }
    }
  }

  private toBatches(pending: ReadonlyMap<string, Pending>): LogBatch[] {
    return [...pending].map(([turnId, { firstSeq, events }]) => {
      return { turnId, firstSeq, events, inputTokens: this.prompts.get(turnId) };
    });
  }

  private noteStored(turnIds: readonly string[]): void {
    for (const turnId of turnIds) {
      const written = this.writing.get(turnId);
      if (written) this.storedUntil.set(turnId, endOf(written));
    }
  }
}

/** The number of the event that follows. */
function endOf({ firstSeq, events }: Pending): number {
  return firstSeq + events.length;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { TurnEvent, TurnEventBody } from './domain/turn-event.js';
import { type LogBatch, TurnLogRepository } from './turn-log.repository.js';

/** How long events wait for others, so that all turns of this process share one statement. */
const FLUSH_AFTER_MS = 200;
const PAUSE_AFTER_FAILURE_MS = 500;

interface Pending {
  readonly firstSeq: number;
  readonly events: TurnEventBody[];
}

/**
 * Writes the events of running turns behind their readers' backs: in batches, across turns, one
 * statement at a time. A database that is away is tried until it is back or the turn has ended.
 */
@Injectable()
export class TurnLog {
  private readonly logger = new Logger(TurnLog.name);
  private pending = new Map<string, Pending>();
  private writing = new Map<string, Pending>();
  private timer?: NodeJS.Timeout;
  private flushing?: Promise<void>;

  constructor(private readonly repository: TurnLogRepository) {}

  append(turnId: string, { seq, ...body }: TurnEvent): void {
    const pending = this.pending.get(turnId);
    if (pending) pending.events.push(body);
    else this.pending.set(turnId, { firstSeq: seq, events: [body] });
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_AFTER_MS);
  }

  /** Resolves when what was appended for the turn so far is stored, or the turn was forgotten. Never rejects. */
  async stored(turnId: string): Promise<void> {
    while (this.pending.has(turnId) || this.writing.has(turnId)) await this.flush();
  }

  /** The turn has ended: its end says everything, and what is not stored yet need not be. */
  forget(turnId: string): void {
    this.pending.delete(turnId);
    this.writing.delete(turnId);
  }

  private flush(): Promise<void> {
    this.flushing ??= this.write().finally(() => (this.flushing = undefined));
    return this.flushing;
  }

  private async write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.pending;
    this.pending = new Map();
    while (this.writing.size > 0) {
      try {
        await this.repository.append(toBatches(this.writing));
        this.writing = new Map();
      } catch (error) {
        this.logger.warn({ message: 'The stream log could not be written', cause: String(error) });
        await sleep(PAUSE_AFTER_FAILURE_MS, undefined, { ref: false });
      }
    }
  }
}

function toBatches(pending: ReadonlyMap<string, Pending>): LogBatch[] {
  return [...pending].map(([turnId, { firstSeq, events }]) => ({ turnId, firstSeq, events }));
}

import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../common/errors/app-error.js';
import { summarizeDatabaseError } from '../../database/database-error.js';
import { abandonedEnd } from '../upkeep/abandoned-turn.js';
import type { TurnEvent } from '../domain/turn-event.js';
import type { RecordedEnd, SentAnswer } from '../turn/turn-end.js';
import { StoredEvents } from '../turn/stored-events.js';
import { type ClosedTurn, TurnRepository } from '../turn/turn.repository.js';

/** How long the service tries to store the end of a turn before the reader gets a failure. */
const GIVE_UP_AFTER_MS = 10_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** Makes ends durable. Returns the end that the reader may get. */
@Injectable()
export class TurnRecorder {
  private readonly logger = new Logger(TurnRecorder.name);

  constructor(
    private readonly turns: TurnRepository,
    private readonly events: StoredEvents,
  ) {}

  /** Stores how a turn ended, and outlives a database that is away for some seconds. Never rejects. */
  async record(closed: ClosedTurn): Promise<RecordedEnd> {
    const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return (await this.turns.close(closed)) ? { isStored: true } : await this.readEnd(closed);
      } catch (error) {
        if (performance.now() + pauseMs > giveUpAt) return this.giveUp(closed, error);
      }
      await sleep(pauseMs);
    }
  }

  /** Another replica, or a restart, took this one for dead and ended the turn: that end is the valid one. */
  private async readEnd({ clientId, id }: ClosedTurn): Promise<RecordedEnd> {
    const turn = await this.turns.findOfClient(clientId, id);
    if (turn && turn.status !== 'running')
      return { isStored: false, tail: (afterSeq) => this.events.ofEnded(turn, afterSeq) };
    return failing(new AppError('turn_interrupted', 'The turn was deleted while it was answered.'));
  }

  private giveUp(closed: ClosedTurn, cause: unknown): RecordedEnd {
    this.logger.error({
      message: 'The end of a turn could not be stored',
      turnId: closed.id,
      error: summarizeDatabaseError(cause),
    });
    const detail = 'The answer could not be stored, so it does not count.';
    const error = new AppError('database_unavailable', detail, { cause, retryAfterSeconds: 1 });
    const storeLater = (sent: SentAnswer) =>
      void this.recordLater({ ...closed, ...sent, isDelivered: false, outcome: { status: 'failed', error } });
    return { ...failing(error), storeLater };
  }

  /**
   * Stores the end that the readers got, as soon as the database is back. If the log has more events than the readers of
   * this process got, stores the logged text: readers on other replicas have it.
   */
  private async recordLater(closed: ClosedTurn): Promise<void> {
    for (;;) {
      await sleep(LONGEST_PAUSE_MS, undefined, { ref: false });
      // When it has ended meanwhile, by its lease or by a write that was thought lost, that end holds.
      const isOver = await this.close(closed).then(
        () => true,
        () => false,
      );
      if (isOver) return;
    }
  }

  private async close(closed: ClosedTurn): Promise<void> {
    const logged = await this.events.ofRunning(closed.id, 0);
    const isAhead = logged.length > closed.layout.length;
    await this.turns.close(
      isAhead
        ? {
            ...closed,
            ...abandonedEnd(logged, closed.usage?.inputTokens ?? null),
            attempts: closed.attempts,
          }
        : closed,
    );
  }
}

function failing(error: AppError): { isStored: false; tail: (seq: number) => TurnEvent[] } {
  return { isStored: false, tail: (seq) => [{ type: 'turn.failed', error, seq: seq + 1 }] };
}

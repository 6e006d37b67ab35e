import { setTimeout as sleep } from 'node:timers/promises';
import { Observable, type Subscriber } from 'rxjs';
import type { DatabaseShares } from '../database/database-shares.js';
import { joinDeltas } from './domain/join-deltas.js';
import type { TurnEvent } from './domain/turn-event.js';
import { replayOf, replayOfMissing } from './stored-turn.js';
import type { TurnLeaseRepository } from './turn-lease.repository.js';
import type { TurnLogRepository } from './turn-log.repository.js';
import type { TurnEntity } from './turn.entity.js';
import type { TurnRepository } from './turn.repository.js';

const LOOK_EVERY_MS = 200;
/** The owner must not take a turn for unread that is read here; told again at half that time. */
const NOTE_READER_FOR_MS = 10_000;

interface Stores {
  readonly turns: TurnRepository;
  readonly log: TurnLogRepository;
  readonly leases: TurnLeaseRepository;
  readonly shares: DatabaseShares;
}

/**
 * A turn that another process answers, read from its log. While the database is away its readers wait: how the
 * turn ended is known to nobody else.
 */
export class RemoteTurn {
  constructor(
    private readonly turn: TurnEntity,
    private readonly stores: Stores,
  ) {}

  /** As `RunningTurn.read`. */
  read(afterSeq: number): Observable<TurnEvent> {
    return new Observable((subscriber) => {
      void this.follow(subscriber, afterSeq);
    });
  }

  private async follow(subscriber: Subscriber<TurnEvent>, afterSeq: number): Promise<void> {
    let seq = afterSeq;
    let notedAt = -Infinity;
    while (!subscriber.closed) {
      try {
        const mustNote = performance.now() - notedAt > NOTE_READER_FOR_MS / 2;
        if (mustNote) notedAt = performance.now();
        const { events, isOver } = await this.stores.shares.runAccepted(this.turn.clientId, async () => {
          if (mustNote) await this.stores.leases.noteReadElsewhere(this.turn.id, NOTE_READER_FOR_MS);
          return this.look(seq);
        });
        for (const event of joinDeltas(events)) subscriber.next(event);
        seq = events.at(-1)?.seq ?? seq;
        if (isOver) return subscriber.complete();
      } catch {
        // The database is away, not the turn: a failure told now would differ from the end it is given.
      }
      await sleep(LOOK_EVERY_MS, undefined, { ref: false });
    }
  }

  /** The state before the log: what is logged after an end that was seen is nobody's. */
  private async look(seq: number): Promise<{ events: TurnEvent[]; isOver: boolean }> {
    const { id, clientId } = this.turn;
    const turn = await this.stores.turns.findOfClient(clientId, id);
    // Its conversation was deleted, or the database lost it: it will never end.
    if (!turn) return { events: replayOfMissing(this.turn, seq), isOver: true };
    if (turn.status !== 'running') return { events: replayOf(turn, seq), isOver: true };
    return { events: await this.stores.log.listAfter(id, seq), isOver: false };
  }
}

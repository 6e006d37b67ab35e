import { setTimeout as sleep } from 'node:timers/promises';
import { Observable, type Subscriber } from 'rxjs';
import type { DatabaseShares } from '../../database/database-shares.js';
import { joinDeltas } from '../domain/join-deltas.js';
import type { TurnEvent } from '../domain/turn-event.js';
import type { StoredEvents } from '../turn/stored-events.js';
import type { TurnLeaseRepository } from '../turn/turn-lease.repository.js';
import type { TurnEntity } from '../turn/turn.entity.js';
import type { TurnRepository } from '../turn/turn.repository.js';

const LOOK_EVERY_MS = 200;
/** The owner must not take a turn for unread that is read here; noted again at half that time. */
const NOTE_READER_FOR_MS = 10_000;
/**
 * A reader that leaves cuts the note short, for a question may wait for that. Readers on other replicas see it at their
 * next look, and note themselves again in the time that is left.
 */
const NOTE_LEAVING_FOR_MS = 500;

interface Stores {
  readonly turns: TurnRepository;
  readonly events: StoredEvents;
  readonly leases: TurnLeaseRepository;
  readonly shares: DatabaseShares;
}

/**
 * A turn that another process answers, read from its log. While the database is away its readers wait: only the
 * database knows how the turn ended.
 */
export class RemoteTurn {
  /** Until when the turn was noted to be read here. */
  private notedUntil: Date | null = null;
  /** Whether another reader that left has cut that short. */
  private isCutShort = false;

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
        const mustNote = this.isCutShort || performance.now() - notedAt > NOTE_READER_FOR_MS / 2;
        if (mustNote) notedAt = performance.now();
        const { events, isOver } = await this.stores.shares.runAccepted(this.turn.clientId, async () => {
          if (mustNote) this.notedUntil = await this.noteReader(NOTE_READER_FOR_MS);
          return this.look(seq);
        });
        for (const event of joinDeltas(events)) subscriber.next(event);
        seq = events.at(-1)?.seq ?? seq;
        if (isOver) return subscriber.complete();
      } catch {
        // The database is away, not the turn: a failure sent now would differ from the end that is stored.
      }
      await sleep(LOOK_EVERY_MS, undefined, { ref: false });
    }
    // At worst a question waits for the note to run out.
    await this.noteReader(NOTE_LEAVING_FOR_MS).catch(() => null);
  }

  private noteReader(forMs: number): Promise<Date | null> {
    return this.stores.leases.noteReadElsewhere(this.turn.id, forMs);
  }

  /** The owner knows of no reader here: without this, a library that asks again at the end would get a new answer. */
  private async noteDelivery({ clientId, id, status, endUser }: TurnEntity): Promise<void> {
    if (status === 'completed' && endUser !== null) await this.stores.turns.noteDelivered(clientId, id);
  }

  /** Reads the row first: ignores events that are logged after the end. */
  private async look(seq: number): Promise<{ events: TurnEvent[]; isOver: boolean }> {
    const { id, clientId } = this.turn;
    const turn = await this.stores.turns.findOfClient(clientId, id);
    // Its conversation was deleted, or the database lost it: it will never end.
    if (!turn) return { events: this.stores.events.ofDeleted(this.turn, seq), isOver: true };
    if (turn.status !== 'running') {
      await this.noteDelivery(turn);
      return { events: this.stores.events.ofEnded(turn, seq), isOver: true };
    }
    const { readElsewhereUntil } = turn;
    this.isCutShort = !!this.notedUntil && !!readElsewhereUntil && readElsewhereUntil < this.notedUntil;
    return { events: await this.stores.events.ofRunning(id, seq), isOver: false };
  }
}

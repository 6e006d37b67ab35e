import { setTimeout as sleep } from 'node:timers/promises';
import { Observable, type Subscriber } from 'rxjs';
import { AppError } from '../common/errors/app-error.js';
import { joinDeltas } from './domain/join-deltas.js';
import type { TurnEvent } from './domain/turn-event.js';
import { replayOf } from './stored-turn.js';
import type { TurnLeaseRepository } from './turn-lease.repository.js';
import type { TurnLogRepository } from './turn-log.repository.js';
import type { TurnEntity } from './turn.entity.js';
import type { TurnRepository } from './turn.repository.js';

const LOOK_EVERY_MS = 200;
/** The owner must not take a turn for unread that is read here; told again at half that time. */
const NOTE_READER_FOR_MS = 10_000;
/** How long the database may be away before the reader is told so. */
const GIVE_UP_AFTER_MS = 30_000;

interface Stores {
  readonly turns: TurnRepository;
  readonly log: TurnLogRepository;
  readonly leases: TurnLeaseRepository;
}

/** A turn that another process answers, read from its log. */
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
    let heardAt = performance.now();
    while (!subscriber.closed) {
      try {
        if (performance.now() - notedAt > NOTE_READER_FOR_MS / 2) {
          notedAt = performance.now();
          await this.stores.leases.noteReadElsewhere(this.turn.id, NOTE_READER_FOR_MS);
        }
        const { events, isOver } = await this.look(seq);
        heardAt = performance.now();
        for (const event of joinDeltas(events)) subscriber.next(event);
        seq = events.at(-1)?.seq ?? seq;
        if (isOver) return subscriber.complete();
      } catch (cause) {
        if (performance.now() - heardAt > GIVE_UP_AFTER_MS) return giveUp(subscriber, seq, cause);
      }
      await sleep(LOOK_EVERY_MS, undefined, { ref: false });
    }
  }

  /** The state before the log: what is logged after an end that was seen is nobody's. */
  private async look(seq: number): Promise<{ events: TurnEvent[]; isOver: boolean }> {
    const { id, clientId } = this.turn;
    const turn = await this.stores.turns.findOfClient(clientId, id);
    if (turn && turn.status !== 'running') return { events: replayOf(turn, seq), isOver: true };
    return { events: await this.stores.log.listAfter(id, seq), isOver: false };
  }
}

function giveUp(subscriber: Subscriber<TurnEvent>, seq: number, cause: unknown): void {
  const error = new AppError(
    'database_unavailable',
    'The answer cannot be read at present. Come back for it.',
    { cause },
  );
  subscriber.next({ type: 'turn.failed', error, seq });
  subscriber.complete();
}

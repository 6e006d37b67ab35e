import { Injectable } from '@nestjs/common';
import { asyncScheduler, from, type Observable, scheduled } from 'rxjs';
import { DatabaseShares } from '../../database/database-shares.js';
import { TurnRegistry } from '../answering/turn-registry.js';
import { joinDeltas } from '../domain/join-deltas.js';
import type { TurnEvent } from '../domain/turn-event.js';
import { StoredEvents } from '../turn/stored-events.js';
import { TurnLeaseRepository } from '../turn/turn-lease.repository.js';
import type { TurnEntity } from '../turn/turn.entity.js';
import { TurnRepository } from '../turn/turn.repository.js';
import { RemoteTurn } from './remote-turn.js';

/** Joined events that are sent without giving the socket a turn. */
const MAX_AT_ONCE = 16;

/** Where a turn's events come from: the running turn of this process, the log of another one's, or the stored row. */
@Injectable()
export class TurnEventSource {
  constructor(
    private readonly turns: TurnRepository,
    private readonly events: StoredEvents,
    private readonly leases: TurnLeaseRepository,
    private readonly registry: TurnRegistry,
    private readonly shares: DatabaseShares,
  ) {}

  /** Whether a reader that has the events up to `afterSeq` has the end of the turn. */
  hasEnd(turn: TurnEntity, afterSeq: number): boolean {
    if (turn.status === 'running' || afterSeq === 0) return false;
    return (this.events.ofEnded(turn, afterSeq).at(-1)?.seq ?? Infinity) <= afterSeq;
  }

  /** The events of a turn after `afterSeq`. */
  read(turn: TurnEntity, afterSeq: number): Observable<TurnEvent> {
    const local = this.registry.find(turn.id);
    if (local) return local.read(afterSeq);
    if (turn.status !== 'running') return paced(joinDeltas(this.events.ofEnded(turn, afterSeq)));
    const { turns, events, leases, shares } = this;
    return new RemoteTurn(turn, { turns, events, leases, shares }).read(afterSeq);
  }
}

/** A long answer at once would fill its reader's buffer before anything of it could be sent. */
function paced(events: readonly TurnEvent[]): Observable<TurnEvent> {
  return events.length > MAX_AT_ONCE ? scheduled(events, asyncScheduler) : from(events);
}

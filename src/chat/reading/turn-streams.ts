import { Injectable } from '@nestjs/common';
import { defer, tap } from 'rxjs';
import { notFound } from '../../common/errors/app-error.js';
import { readUuid } from '../../common/uuid.js';
import { DatabaseShares } from '../../database/database-shares.js';
import type { TurnEntity } from '../turn/turn.entity.js';
import { TurnRegistry } from '../answering/turn-registry.js';
import { TurnRepository } from '../turn/turn.repository.js';
import { TurnEventSource } from './turn-event-source.js';
import type { ReadableTurn } from './readable-turn.js';

/** Plays any turn of a client from any of its events on: a turn that runs here, runs elsewhere, or has ended. */
@Injectable()
export class TurnStreams {
  constructor(
    private readonly turns: TurnRepository,
    private readonly events: TurnEventSource,
    private readonly registry: TurnRegistry,
    private readonly shares: DatabaseShares,
  ) {}

  /** @throws AppError `not_found`, the same for an unknown turn and for another client's */
  async get(clientId: string, turnId: string): Promise<TurnEntity> {
    const id = readUuid(turnId);
    const turn = id === null ? null : await this.find(clientId, id);
    if (!turn) throw notFound('turn');
    return turn;
  }

  /**
   * The turn after the event of that id; from the first without one.
   * @throws AppError `not_found` for an unknown turn, another client's, and an id of another turn
   */
  async follow(clientId: string, turnId: string, lastEventId?: string): Promise<ReadableTurn> {
    const turn = await this.get(clientId, turnId);
    if (lastEventId === undefined) return this.play(turn, 0);
    const last = parseEventId(lastEventId);
    if (last.turnId !== turn.id) throw notFound('event');
    return this.play(turn, last.seq);
  }

  async play(turn: TurnEntity, afterSeq: number): Promise<ReadableTurn> {
    const { id, clientId, conversationId, variant, model } = turn;
    const isAtEnd = this.events.hasEnd(turn, afterSeq);
    return {
      id,
      variant,
      model,
      endRepeats: isAtEnd ? this.registry.repeatedEnds.count(id) : 0,
      ...(conversationId !== null && {
        conversationId: await this.shares.run(clientId, () =>
          this.turns.getConversationExternalId(clientId, conversationId),
        ),
      }),
      events$: defer(() => {
        if (isAtEnd) this.registry.repeatedEnds.add(id);
        // A library that asks again at each end of a stream has to find the answer delivered each time.
        const complete = () => this.noteDelivered(turn);
        return this.events.read(turn, afterSeq).pipe(tap({ complete }));
      }),
    };
  }

  private find(clientId: string, turnId: string): Promise<TurnEntity | null> {
    return this.shares.run(clientId, () => this.turns.findOfClient(clientId, turnId));
  }

  /** Notes, soon or never, that a reader was given all of a turn. */
  private noteDelivered({ clientId, id }: TurnEntity): void {
    // At worst the same question is answered by another turn, or twice by this one.
    this.turns.noteDelivered(clientId, id).catch(() => undefined);
  }
}

/** @throws AppError `not_found` for an id that no frame of ours can have had */
export function parseEventId(eventId: string): { turnId: string; seq: number } {
  const [id = '', seq = '', ...rest] = eventId.split(':');
  const turnId = readUuid(id);
  if (turnId === null || !/^\d{1,9}$/.test(seq) || rest.length > 0) throw notFound('event');
  return { turnId, seq: Number(seq) };
}

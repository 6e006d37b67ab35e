import { Injectable } from '@nestjs/common';
import { notFound } from '../../common/errors/app-error.js';
import { readUuid } from '../../common/uuid.js';
import type { TurnEntity } from '../turn/turn.entity.js';
import type { StoredTurn, TurnOwner } from './turn-views.js';
import { TurnRepository } from '../turn/turn.repository.js';

/** Reads stored turns for other modules. */
@Injectable()
export class TurnQueries {
  constructor(private readonly turns: TurnRepository) {}

  /** The owner of a turn of this client, whatever its state; null when there is none or `turnId` is no UUID. */
  async findOwner(clientId: string, turnId: string): Promise<TurnOwner | null> {
    const turn = await this.find(clientId, turnId);
    return turn && { turnId: turn.id, endUser: turn.endUser };
  }

  /**
   * A turn of this client.
   * @throws AppError `not_found`, the same for an unknown turn and for another client's
   */
  async get(clientId: string, turnId: string): Promise<StoredTurn> {
    const turn = await this.find(clientId, turnId);
    if (!turn) throw notFound('turn');
    const { conversationId, inputTokens, outputTokens } = turn;
    return {
      ...turn,
      conversationId:
        conversationId === null ? null : await this.turns.getConversationExternalId(clientId, conversationId),
      usage: inputTokens === null || outputTokens === null ? null : { inputTokens, outputTokens },
    };
  }

  private async find(clientId: string, turnId: string): Promise<TurnEntity | null> {
    const id = readUuid(turnId);
    return id === null ? null : this.turns.findOfClient(clientId, id);
  }
}

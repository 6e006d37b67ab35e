import { Injectable } from '@nestjs/common';
import { notFound } from '../../common/errors/app-error.js';
import { readUuid } from '../../common/uuid.js';
import type { TurnEntity } from '../turn/turn.entity.js';
import type { StoredTurn, TurnArchive, TurnOwner, TurnReader } from './turn-reader.js';
import { TurnRepository } from '../turn/turn.repository.js';

/** Answers other modules from the stored turns. */
@Injectable()
export class TurnQueries implements TurnReader, TurnArchive {
  constructor(private readonly turns: TurnRepository) {}

  async findOwner(clientId: string, turnId: string): Promise<TurnOwner | null> {
    const turn = await this.find(clientId, turnId);
    return turn && { turnId: turn.id, endUser: turn.endUser };
  }

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

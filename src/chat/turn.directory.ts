import { Injectable } from '@nestjs/common';
import { notFound } from '../common/errors/app-error.js';
import { isUuid } from '../common/uuid.js';
import type { TurnEntity } from './turn.entity.js';
import { type TurnOwner, TurnReader } from './turn.reader.js';
import { TurnRepository } from './turn.repository.js';

/** Finds stored turns, for their receipts and for other modules. */
@Injectable()
export class TurnDirectory extends TurnReader {
  constructor(private readonly turns: TurnRepository) {
    super();
  }

  async findOwner(clientId: string, turnId: string): Promise<TurnOwner | null> {
    const turn = await this.find(clientId, turnId);
    return turn && { turnId: turn.id, endUser: turn.endUser };
  }

  /** @throws AppError `not_found`, the same for an unknown turn and for another client's */
  async get(clientId: string, turnId: string): Promise<TurnEntity> {
    const turn = await this.find(clientId, turnId);
    if (!turn) throw notFound('turn');
    return turn;
  }

  private async find(clientId: string, turnId: string): Promise<TurnEntity | null> {
    return isUuid(turnId) ? this.turns.findOfClient(clientId, turnId) : null;
  }
}

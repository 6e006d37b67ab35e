import { Injectable } from '@nestjs/common';
import { TurnQueries } from '../chat/reading/turn-queries.js';
import { FeedbackService } from '../feedback/feedback.service.js';
import type { ReceiptDto } from './receipt.dto.js';
import { toReceipt } from './receipt.encoder.js';

/** A turn and what was said of it, together. */
@Injectable()
export class ReceiptService {
  constructor(
    private readonly turns: TurnQueries,
    private readonly feedback: FeedbackService,
  ) {}

  /** @throws AppError `not_found`, the same for an unknown turn and for another client's */
  async get(clientId: string, turnId: string): Promise<ReceiptDto> {
    const turn = await this.turns.get(clientId, turnId);
    return toReceipt(turn, await this.feedback.readOfTurn(clientId, turn.id));
  }
}

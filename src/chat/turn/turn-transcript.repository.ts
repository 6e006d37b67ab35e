import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import type { OwnContext } from '../domain/own-context.js';
import { isRound } from './round-sql.js';
import { TurnEntity } from './turn.entity.js';
import type { TurnTranscript } from '../reading/turn-views.js';

/** A turn without what was said before it. */
export interface AskedTurn extends Omit<
  TurnTranscript,
  'history' | 'prompt' | 'tools' | 'parallelToolCalls'
> {
  readonly ownContext: OwnContext | null;
}

/** A round of a turn's conversation before it. */
export interface EarlierRound {
  readonly turnId: string;
  readonly question: string;
  readonly answer: string;
}

/** Turns as they were asked, several at a time. */
@Injectable()
export class TurnTranscriptRepository {
  constructor(@InjectRepository(TurnEntity) private readonly turns: Repository<TurnEntity>) {}

  /** Those of the given turns that are the client's, in the order of their ids. */
  list(clientId: string, turnIds: readonly string[]): Promise<AskedTurn[]> {
    return this.turns.query(
      `SELECT id, variant, question, answer, tool_calls AS "toolCalls", status, finish_reason AS "finishReason", model,
              prompt_name AS "promptName", prompt_version AS "promptVersion", sources,
              own_context - 'history' AS "ownContext"
         FROM turn WHERE client_id = $1 AND id = ANY($2::uuid[]) ORDER BY id`,
      [clientId, turnIds],
    );
  }

  /** For each of the given turns the last completed rounds with an answer of its conversation before it, oldest first. */
  listRoundsBefore(clientId: string, turnIds: readonly string[], limit: number): Promise<EarlierRound[]> {
    return this.turns.query(
      `SELECT turn.id AS "turnId", earlier.question, earlier.answer
         FROM turn CROSS JOIN LATERAL (
           SELECT id, question, answer FROM turn round
            WHERE round.client_id = $1 AND round.conversation_id = turn.conversation_id
              AND round.id < turn.id AND ${isRound('round')}
            ORDER BY id DESC LIMIT $3
         ) earlier
        WHERE turn.client_id = $1 AND turn.id = ANY($2::uuid[])
        ORDER BY turn.id, earlier.id`,
      [clientId, turnIds, limit],
    );
  }
}

import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { ConversationEntity } from './conversation.entity.js';
import { inTransaction } from '../../database/transaction.js';
import { type Cut, cutPage } from '../../common/pages/page-cut.js';
import type { Slice } from '../../common/pages/page.js';
import type { FinishReason } from '../domain/turn-outcome.js';
import type { TurnStatus } from '../turn/turn.entity.js';

/** A conversation of a client; with an end user, only if it is that one's. */
export interface ConversationKey {
  readonly clientId: string;
  /** The caller's id. */
  readonly externalId: string;
  readonly endUser?: string;
}

export interface ConversationSummary {
  readonly id: string;
  readonly externalId: string;
  readonly endUser: string | null;
  readonly name: string;
  readonly createdAt: Date;
}

/** A turn as its conversation shows it. */
export interface ConversationTurn {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  readonly status: TurnStatus;
  readonly finishReason: FinishReason | null;
  readonly errorCode: string | null;
  readonly createdAt: Date;
}

const SUMMARY = `id, external_id AS "externalId", end_user AS "endUser", name, created_at AS "createdAt"`;

const IS_IT = `client_id = $1 AND external_id = $2 AND ($3::varchar IS NULL OR end_user = $3)`;

/** Conversations as they are listed, read and removed. They are made by their first turn. */
@Injectable()
export class ConversationRepository {
  constructor(
    @InjectRepository(ConversationEntity) private readonly conversations: Repository<ConversationEntity>,
  ) {}

  /** Those of a client, or of one of its end users. Ids grow with time: one backward scan of an index. */
  list(
    clientId: string,
    endUser: string | undefined,
    { afterId, limit }: Slice,
  ): Promise<ConversationSummary[]> {
    return this.conversations.query(
      `SELECT ${SUMMARY} FROM conversation
        WHERE client_id = $1 AND ($2::varchar IS NULL OR end_user = $2) AND ($3::uuid IS NULL OR id < $3)
        ORDER BY id DESC LIMIT $4`,
      [clientId, endUser ?? null, afterId, limit],
    );
  }

  async find(key: ConversationKey): Promise<ConversationSummary | null> {
    const [row] = await this.conversations.query<ConversationSummary[]>(
      `SELECT ${SUMMARY} FROM conversation WHERE ${IS_IT}`,
      valuesOf(key),
    );
    return row ?? null;
  }

  /** All its turns, whatever became of them, as many as a page may have. */
  listTurns(
    clientId: string,
    conversationId: string,
    { afterId, limit }: Slice,
  ): Promise<Cut<ConversationTurn>[]> {
    const turns = `
      SELECT id, question, answer, status, finish_reason AS "finishReason", error_code AS "errorCode",
             created_at AS "createdAt", octet_length(question) + octet_length(answer) AS bytes
        FROM turn
       WHERE client_id = $1 AND conversation_id = $2 AND ($3::uuid IS NULL OR id < $3)
       ORDER BY id DESC LIMIT $4`;
    return this.conversations.query(cutPage(turns, 'id DESC'), [clientId, conversationId, afterId, limit]);
  }

  /** The conversation under its new name; null: there is none. */
  async rename(key: ConversationKey, name: string): Promise<ConversationSummary | null> {
    const [[row]] = await this.conversations.query<[ConversationSummary[], number]>(
      `UPDATE conversation SET name = $4 WHERE ${IS_IT} RETURNING ${SUMMARY}`,
      [...valuesOf(key), name],
    );
    return row ?? null;
  }

  /**
   * Deletes it with its turns and what was said of them, unless one of them is running; whether it did. It is locked first:
   * the statement that deletes sees each turn that was being inserted until then.
   */
  deleteIdle(key: ConversationKey): Promise<boolean> {
    return inTransaction(this.conversations.manager, async (manager) => {
      await manager.query(`SELECT FROM conversation WHERE ${IS_IT} FOR UPDATE`, valuesOf(key));
      const [, deleted] = await manager.query<[unknown, number]>(
        `DELETE FROM conversation
          WHERE ${IS_IT}
            AND NOT EXISTS (SELECT FROM turn WHERE conversation_id = conversation.id AND status = 'running')`,
        valuesOf(key),
      );
      return deleted > 0;
    });
  }
}

function valuesOf({ clientId, externalId, endUser }: ConversationKey): unknown[] {
  return [clientId, externalId, endUser ?? null];
}

import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, type Repository } from 'typeorm';
import { constraintOf } from '../../database/database-error.js';
import { repeatOnContention } from '../../database/transaction.js';
import {
  type Insertion,
  insertionOf,
  type InsertionRow,
  type JoinedConversation,
  type NewTurn,
} from './new-turn.js';
import { isRound } from './round-sql.js';
import type { TurnEnd } from './turn-end.js';
import { closingUpdate } from './turn-columns.js';
import { TurnEntity } from './turn.entity.js';

/** The owner of an Idempotency-Key: the same key of two end users means two turns. */
export interface KeyOwner {
  readonly clientId: string;
  /** null: none. */
  readonly endUser: string | null;
}

export interface Round {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
}

export interface ClosedTurn extends TurnEnd {
  readonly id: string;
  readonly clientId: string;
}

/** Which turn counts as a duplicate of a request. */
export interface DuplicateQuery {
  readonly clientId: string;
  /** null: the end user is unknown. Then only a missed answer counts. */
  readonly endUser: string | null;
  readonly requestHash: Buffer;
  /** How long ago its answer may have been delivered; 0: that does not count. */
  readonly deliveredMs: number;
  /** How long ago it may have completed when all its readers had left; 0: that does not count. */
  readonly missedMs: number;
}

/** A turn that answers the same request. */
export interface Duplicate {
  readonly id: string;
  readonly isCompleted: boolean;
  /** It runs, and its readers have left. */
  readonly isUnread: boolean;
}

/** What became of a new turn. Only `stored` stored anything. */
export type InsertedTurn =
  | { readonly kind: 'stored'; readonly id: string; readonly conversationId: string | null }
  | { readonly kind: 'foreign_conversation' | 'conversation_busy' | 'key_used' };

const REFUSED_BY: Readonly<Record<string, 'conversation_busy' | 'key_used'>> = {
  turn_running_conversation_key: 'conversation_busy',
  turn_idempotency_key_key: 'key_used',
  turn_nobodys_idempotency_key_key: 'key_used',
};

@Injectable()
export class TurnRepository {
  constructor(@InjectRepository(TurnEntity) private readonly turns: Repository<TurnEntity>) {}

  /** Stores a running turn, what its request brought, and the conversation that it opens; in one statement, or nothing at all. */
  async insert(turn: NewTurn, conversation?: JoinedConversation): Promise<InsertedTurn> {
    const insertion = insertionOf(turn, conversation);
    try {
      return await repeatOnContention(() => this.tryToInsert(insertion));
    } catch (error) {
      const refused = REFUSED_BY[constraintOf(error) ?? ''];
      if (!refused) throw error;
      // The turn that makes the conversation busy may be the very turn of the key.
      const isRepeat =
        turn.idempotencyKey !== null && (await this.findByIdempotencyKey(turn, turn.idempotencyKey)) !== null;
      return { kind: isRepeat ? 'key_used' : refused };
    }
  }

  private async tryToInsert({ sql, parameters }: Insertion): Promise<InsertedTurn> {
    for (;;) {
      const rows: InsertionRow[] = await this.turns.query(sql, [...parameters]);
      const { id, conversationId, foreign } = rows[0]!;
      if (id !== null) return { kind: 'stored', id, conversationId };
      if (foreign) return { kind: 'foreign_conversation' };
      // Somebody made the conversation between our look and our insert: now it can be seen.
    }
  }

  /** The newest rounds of a conversation, newest first. One backward scan of its index. */
  async listLatestCompleted(
    clientId: string,
    conversationId: string,
    { limit, before = null }: { readonly limit: number; readonly before?: string | null },
  ): Promise<Round[]> {
    return this.turns.query(
      `SELECT id, question, answer FROM turn
        WHERE client_id = $1 AND conversation_id = $2 AND ${isRound('turn')}
          AND ($4::uuid IS NULL OR id < $4)
        ORDER BY id DESC LIMIT $3`,
      [clientId, conversationId, limit, before],
    );
  }

  /**
   * Stores how a running turn ended. Sending it again, after a connection that broke before the answer
   * came, changes nothing and is true again.
   * @returns false when the turn has ended otherwise meanwhile: its lease ran out
   */
  async close(turn: ClosedTurn): Promise<boolean> {
    // A statement that waited for the same end to be committed did not see it: the next one does.
    return (await this.tryToClose(turn)) || (await this.tryToClose(turn));
  }

  private async tryToClose({ id, clientId, ...end }: ClosedTurn): Promise<boolean> {
    const { assignments, isStored, parameters } = closingUpdate(end, id, clientId);
    // An end is never written over, also where the new one looks the same: a process that stood still would put its own
    // times and reasons in place of those that readers have seen.
    const rows: unknown[] = await this.turns.query(
      `WITH closed AS (
         UPDATE turn SET ${assignments} WHERE id = $1 AND client_id = $2 AND status = 'running' RETURNING id
       )
       SELECT id FROM closed UNION ALL
       SELECT id FROM turn WHERE id = $1 AND client_id = $2 AND ${isStored} AND NOT EXISTS (SELECT FROM closed)`,
      parameters,
    );
    return rows.length === 1;
  }

  async findOfClient(clientId: string, id: string): Promise<TurnEntity | null> {
    return this.turns.findOneBy({ clientId, id });
  }

  /** The turn that a key was used for in the last 24 hours. */
  async findByIdempotencyKey(
    { clientId, endUser }: KeyOwner,
    idempotencyKey: string,
  ): Promise<TurnEntity | null> {
    return this.turns.findOneBy({ clientId, endUser: endUser ?? IsNull(), idempotencyKey });
  }

  /** Frees a key that was used more than 24 hours ago. Returns whether it was. */
  async releaseOldKey({ clientId, endUser }: KeyOwner, idempotencyKey: string): Promise<boolean> {
    const rows: [unknown[], number] = await this.turns.query(
      `UPDATE turn SET idempotency_key = NULL
        WHERE client_id = $1 AND (end_user = $2 OR ($2::varchar IS NULL AND end_user IS NULL))
          AND idempotency_key = $3 AND created_at < now() - interval '24 hours' RETURNING id`,
      [clientId, endUser, idempotencyKey],
    );
    return rows[0].length > 0;
  }

  /**
   * The newest turn of an end user that answers the same request: a running turn, a turn that was delivered just now, or
   * the latest turn of its conversation, if it completed and was never delivered.
   */
  async findDuplicate(query: DuplicateQuery): Promise<Duplicate | null> {
    const { clientId, endUser, requestHash, deliveredMs, missedMs } = query;
    const rows: Duplicate[] = await this.turns.query(
      `SELECT id, false AS "isCompleted",
              reader_left_at IS NOT NULL
                AND (read_elsewhere_until IS NULL OR read_elsewhere_until < now()) AS "isUnread"
         FROM turn
        WHERE client_id = $1 AND end_user = $2 AND request_hash = $3 AND status = 'running' AND lease_until > now()
       UNION ALL
       SELECT id, true, false FROM turn
        WHERE client_id = $1 AND end_user = $2 AND request_hash = $3
          AND delivered_at > now() - $4 * interval '1 millisecond'
       UNION ALL
       SELECT id, true, false FROM turn
        WHERE client_id = $1 AND end_user IS NOT DISTINCT FROM $2::varchar AND request_hash = $3
          AND status = 'completed' AND delivered_at IS NULL AND ended_at > now() - $5 * interval '1 millisecond'
          AND NOT EXISTS (
            SELECT FROM turn later
             WHERE later.client_id = $1 AND later.conversation_id = turn.conversation_id AND later.id > turn.id
          )
        ORDER BY id DESC LIMIT 1`,
      [clientId, endUser, requestHash, deliveredMs, missedMs],
    );
    return rows[0] ?? null;
  }

  /** Notes that a reader was given all of a completed turn. */
  async noteDelivered(clientId: string, id: string): Promise<void> {
    await this.turns.query(
      `UPDATE turn SET delivered_at = now() WHERE client_id = $1 AND id = $2 AND status = 'completed'`,
      [clientId, id],
    );
  }

  /** The caller's id of a turn's conversation. */
  async getConversationExternalId(clientId: string, conversationId: string): Promise<string> {
    const rows: { external_id: string }[] = await this.turns.query(
      `SELECT external_id FROM conversation WHERE client_id = $1 AND id = $2`,
      [clientId, conversationId],
    );
    return rows[0]!.external_id;
  }
}

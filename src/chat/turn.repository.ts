import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import type { Source } from './domain/turn-event.js';
import type { TurnOutcome } from './domain/turn-outcome.js';
import type { TurnVariant } from './domain/turn-request.js';
import { TurnEntity } from './turn.entity.js';

export interface NewTurn {
  readonly id: string;
  readonly clientId: string;
  readonly variant: TurnVariant;
  readonly endUser: string | null;
  readonly question: string;
  readonly model: string;
  readonly promptName: string | null;
  readonly promptVersion: number | null;
  readonly leaseMs: number;
}

/** The conversation a turn is to join: made when it does not exist yet. */
export interface JoinedConversation {
  /** Its id if it has to be made. */
  readonly newId: string;
  readonly externalId: string;
  readonly name: string;
}

export interface Round {
  readonly question: string;
  readonly answer: string;
}

export interface ClosedTurn {
  readonly id: string;
  readonly clientId: string;
  readonly outcome: TurnOutcome;
  readonly answer: string;
  readonly sources: readonly Source[];
}

@Injectable()
export class TurnRepository {
  constructor(@InjectRepository(TurnEntity) private readonly turns: Repository<TurnEntity>) {}

  /** Stores a running turn that belongs to no conversation. */
  async insert(turn: NewTurn): Promise<void> {
    await this.turns.query(
      `INSERT INTO turn (id, client_id, variant, end_user, question, model, prompt_name, prompt_version,
                         status, lease_until)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'running', now() + $9 * interval '1 millisecond')`,
      columnsOf(turn),
    );
  }

  /**
   * Stores a running turn in its conversation, which is made when it is missing, in one statement.
   * @returns the conversation's id; null when it is another end user's: then nothing was stored
   */
  async insertIntoConversation(turn: NewTurn, conversation: JoinedConversation): Promise<string | null> {
    for (;;) {
      const found = await this.tryInsertIntoConversation(turn, conversation);
      if (found.inserted) return found.inserted;
      if (found.foreign) return null;
      // Somebody made the conversation between our look and our insert: now it can be seen.
    }
  }

  private async tryInsertIntoConversation(
    turn: NewTurn,
    conversation: JoinedConversation,
  ): Promise<{ inserted: string | null; foreign: boolean }> {
    const rows: { inserted: string | null; foreign: boolean }[] = await this.turns.query(
      `WITH existing AS (
         SELECT id, end_user IS NOT NULL AND end_user IS DISTINCT FROM $4::varchar AS is_foreign
           FROM conversation WHERE client_id = $2 AND external_id = $11
       ), created AS (
         INSERT INTO conversation (id, client_id, external_id, end_user, name)
         SELECT $10::uuid, $2, $11, $4, $12 WHERE NOT EXISTS (SELECT FROM existing)
         ON CONFLICT (client_id, external_id) DO NOTHING
         RETURNING id
       ), joined AS (
         SELECT id FROM existing WHERE NOT is_foreign UNION ALL SELECT id FROM created
       ), inserted AS (
         INSERT INTO turn (id, client_id, variant, end_user, question, model, prompt_name, prompt_version,
                           status, lease_until, conversation_id)
         SELECT $1::uuid, $2, $3, $4, $5, $6, $7, $8::int, 'running', now() + $9 * interval '1 millisecond',
                joined.id
           FROM joined
         RETURNING conversation_id
       )
       SELECT (SELECT conversation_id FROM inserted) AS inserted,
              EXISTS (SELECT FROM existing WHERE is_foreign) AS foreign`,
      [...columnsOf(turn), conversation.newId, conversation.externalId, conversation.name],
    );
    return rows[0]!;
  }

  /** The newest completed rounds of a conversation, oldest first. One backward scan of its index. */
  async listLatestCompleted(clientId: string, conversationId: string, limit: number): Promise<Round[]> {
    const newestFirst: Round[] = await this.turns.query(
      `SELECT question, answer FROM turn
        WHERE client_id = $1 AND conversation_id = $2 AND status = 'completed'
        ORDER BY id DESC LIMIT $3`,
      [clientId, conversationId, limit],
    );
    return newestFirst.reverse();
  }

  /**
   * Stores how a running turn ended. Sending it again, after a connection that broke before the answer
   * came, changes nothing and is true again.
   * @returns false when the turn has ended otherwise meanwhile: its lease ran out
   */
  async close({ id, clientId, outcome, answer, sources }: ClosedTurn): Promise<boolean> {
    const usage = outcome.status === 'failed' ? null : outcome.usage;
    const rows: unknown[][] = await this.turns.query(
      `UPDATE turn
          SET status = $3, finish_reason = $4, error_code = $5, answer = $6, sources = $7,
              input_tokens = $8, output_tokens = $9, ended_at = now()
        WHERE id = $1 AND client_id = $2 AND (status = 'running' OR (status = $3 AND answer = $6))
        RETURNING id`,
      [
        id,
        clientId,
        outcome.status,
        finishReasonOf(outcome),
        outcome.status === 'failed' ? outcome.error.code : null,
        answer,
        JSON.stringify(sources),
        usage?.inputTokens ?? null,
        usage?.outputTokens ?? null,
      ],
    );
    return rows[0]?.length === 1;
  }

  /** Extends the leases of running turns, and returns those that were still running. */
  async renewLeases(turnIds: readonly string[], leaseMs: number): Promise<string[]> {
    const rows: { id: string }[][] = await this.turns.query(
      `UPDATE turn SET lease_until = now() + $2 * interval '1 millisecond'
        WHERE id = ANY($1) AND status = 'running' RETURNING id`,
      [turnIds, leaseMs],
    );
    return (rows[0] ?? []).map(({ id }) => id);
  }

  /**
   * Marks running turns failed whose owner was not heard of until their lease ran out, by the
   * database's clock.
   * @param whatever mark all, lease or not: for a database that has no other owner
   */
  async failAbandoned({ whatever }: { whatever: boolean }): Promise<number> {
    const rows: unknown[][] = await this.turns.query(
      `UPDATE turn SET status = 'failed', error_code = 'turn_interrupted', ended_at = now()
        WHERE status = 'running' AND (lease_until < now() OR $1) RETURNING id`,
      [whatever],
    );
    return rows[0]?.length ?? 0;
  }

  async findOfClient(clientId: string, id: string): Promise<TurnEntity | null> {
    return this.turns.findOneBy({ clientId, id });
  }
}

function columnsOf(turn: NewTurn): unknown[] {
  return [
    turn.id,
    turn.clientId,
    turn.variant,
    turn.endUser,
    turn.question,
    turn.model,
    turn.promptName,
    turn.promptVersion,
    turn.leaseMs,
  ];
}

function finishReasonOf(outcome: TurnOutcome): string | null {
  switch (outcome.status) {
    case 'completed':
      return outcome.finishReason;
    case 'cancelled':
      return 'cancelled';
    case 'failed':
      return null;
  }
}

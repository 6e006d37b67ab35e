import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { inTransaction } from '../../database/transaction.js';
import { abandonedEnd } from '../upkeep/abandoned-turn.js';
import { closingUpdate } from './turn-columns.js';
import { EventLogRepository } from './event-log.repository.js';
import { TurnEntity } from './turn.entity.js';

/** The conversation that a question is asked in. */
export interface AskedConversation {
  readonly clientId: string;
  /** The caller's id of the conversation. */
  readonly conversationId: string;
  readonly endUser?: string;
}

/** A running turn, as a question sees it that waits for its end. */
export interface BlockingTurn extends Pick<
  TurnEntity,
  'id' | 'endUser' | 'requestHash' | 'model' | 'promptName'
> {
  /** Whether all its readers on its owner have left; of a turn of the embedded database its owner alone knows. */
  readonly isLeft: boolean;
  readonly isReadElsewhere: boolean;
}

/** Who answers a running turn, until when, and what others ask of its owner. All by the database's clock. */
@Injectable()
export class TurnLeaseRepository {
  constructor(
    @InjectRepository(TurnEntity) private readonly turns: Repository<TurnEntity>,
    private readonly log: EventLogRepository,
  ) {}

  /** Extends the leases of running turns, and returns those that were still running. */
  async renew(turnIds: readonly string[], leaseMs: number): Promise<string[]> {
    const rows: [{ id: string }[], number] = await this.turns.query(
      `UPDATE turn SET lease_until = now() + $2 * interval '1 millisecond'
        WHERE id = ANY($1) AND status = 'running' RETURNING id`,
      [turnIds, leaseMs],
    );
    return rows[0].map(({ id }) => id);
  }

  /**
   * Running turns whose owner was not heard of until their lease ran out; some of them, when there are many.
   * @param whatever lease or not: for a database that has no other owner
   */
  async listAbandoned({ whatever }: { whatever: boolean }): Promise<TurnEntity[]> {
    const query = this.turns.createQueryBuilder('turn').where(`turn.status = 'running'`).limit(100);
    return whatever ? query.getMany() : query.andWhere('turn.lease_until < now()').getMany();
  }

  /**
   * Ends an abandoned turn with what its log has, unless its owner was heard of after all. The row is locked
   * before the log is read: an owner that comes back to life in between would store a BREAK and send it to its
   * readers, and the end would not have the text before that BREAK.
   * @param whatever as in {@link listAbandoned}
   */
  async failAbandoned(id: string, { whatever }: { whatever: boolean }): Promise<boolean> {
    return inTransaction(this.turns.manager, async (manager) => {
      const locked: unknown[] = await manager.query(
        `SELECT 1 FROM turn
          WHERE id = $1 AND status = 'running' AND ($2::boolean OR lease_until < now()) FOR UPDATE`,
        [id, whatever],
      );
      if (locked.length === 0) return false;
      const inputTokens = await this.log.findInputTokens(id, manager);
      const end = abandonedEnd(await this.log.listAfter(id, 0, manager), inputTokens);
      const { assignments, parameters } = closingUpdate(end, id);
      await manager.query(`UPDATE turn SET ${assignments} WHERE id = $1`, parameters);
      return true;
    });
  }

  /** Asks the turn's owner, on any replica, to stop it. */
  async requestStop(clientId: string, id: string): Promise<void> {
    await this.turns.query(
      `UPDATE turn SET stop_requested_at = now() WHERE client_id = $1 AND id = $2 AND status = 'running'`,
      [clientId, id],
    );
  }

  /**
   * Asks the turn's owner to end it if its readers have left: a question of its conversation waits on this replica.
   * Holds for `forMs` from now.
   * @returns whether the turn is running
   */
  async noteAwaited(id: string, forMs: number): Promise<boolean> {
    const rows: [unknown[], number] = await this.turns.query(
      `UPDATE turn SET awaited_until = now() + $2 * interval '1 millisecond'
        WHERE id = $1 AND status = 'running' RETURNING id`,
      [id, forMs],
    );
    return rows[0].length > 0;
  }

  /** The running turns of this owner that somebody asked to stop, or waits for. */
  listRequested(owner: string): Promise<{ readonly id: string; readonly isStop: boolean }[]> {
    return this.turns.query(
      `SELECT id, stop_requested_at IS NOT NULL AS "isStop" FROM turn
        WHERE status = 'running' AND owner = $1 AND (stop_requested_at IS NOT NULL OR awaited_until > now())`,
      [owner],
    );
  }

  /** The running turn of a conversation; null: there is none, or the end user may not ask in the conversation. */
  async findRunning({ clientId, conversationId, endUser }: AskedConversation): Promise<BlockingTurn | null> {
    const rows: BlockingTurn[] = await this.turns.query(
      `SELECT turn.id, turn.end_user AS "endUser", turn.request_hash AS "requestHash", turn.model,
              turn.prompt_name AS "promptName",
              turn.reader_left_at IS NOT NULL AS "isLeft",
              COALESCE(turn.read_elsewhere_until > now(), false) AS "isReadElsewhere"
         FROM conversation JOIN turn ON turn.conversation_id = conversation.id AND turn.status = 'running'
        WHERE conversation.client_id = $1 AND conversation.external_id = $2 AND turn.client_id = $1
          AND (conversation.end_user IS NULL OR conversation.end_user IS NOT DISTINCT FROM $3::varchar)`,
      [clientId, conversationId, endUser ?? null],
    );
    return rows[0] ?? null;
  }

  /** Notes whether the turn has a reader on its owner. */
  async noteReaders(id: string, areThere: boolean): Promise<void> {
    await this.turns.query(
      `UPDATE turn SET reader_left_at = CASE WHEN $2::boolean THEN NULL ELSE now() END
        WHERE id = $1 AND status = 'running'`,
      [id, areThere],
    );
  }

  /**
   * Notes that the turn is read through another replica, for `forMs` from now, or no longer than for that.
   * @returns until when; null: it has ended
   */
  async noteReadElsewhere(id: string, forMs: number): Promise<Date | null> {
    const rows: [{ until: Date }[], number] = await this.turns.query(
      `UPDATE turn SET read_elsewhere_until = now() + $2 * interval '1 millisecond'
        WHERE id = $1 AND status = 'running' RETURNING read_elsewhere_until AS until`,
      [id, forMs],
    );
    return rows[0][0]?.until ?? null;
  }

  async isReadElsewhere(id: string): Promise<boolean> {
    const rows: unknown[] = await this.turns.query(
      `SELECT 1 FROM turn WHERE id = $1 AND read_elsewhere_until > now()`,
      [id],
    );
    return rows.length > 0;
  }
}

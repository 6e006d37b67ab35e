import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { inTransaction } from '../database/transaction.js';
import { abandonedEnd } from './abandoned-turn.js';
import { closingValues } from './turn-columns.js';
import { TurnLogRepository } from './turn-log.repository.js';
import { TurnEntity } from './turn.entity.js';

/** Who answers a running turn, until when, and what others ask of its owner. All by the database's clock. */
@Injectable()
export class TurnLeaseRepository {
  constructor(
    @InjectRepository(TurnEntity) private readonly turns: Repository<TurnEntity>,
    private readonly log: TurnLogRepository,
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
   * before the log is read: an owner that comes back to life in between would store a BREAK and tell it to its
   * readers, and the end would lack what the BREAK had promised.
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
      const end = abandonedEnd(await this.log.listAfter(id, 0, manager));
      await manager.query(
        `UPDATE turn
            SET status = $2, finish_reason = $3, error_code = $4, error_detail = $5, answer = $6, sources = $7,
                outline = $8, attempts = $9, input_tokens = $10, output_tokens = $11, first_token_ms = $12,
                idempotency_key = CASE WHEN $13::boolean THEN NULL ELSE idempotency_key END, ended_at = now()
          WHERE id = $1`,
        [id, ...closingValues(end)],
      );
      return true;
    });
  }

  /** Asks the turn's owner, whoever it is, to stop it. */
  async requestStop(clientId: string, id: string): Promise<void> {
    await this.turns.query(
      `UPDATE turn SET stop_requested_at = now() WHERE client_id = $1 AND id = $2 AND status = 'running'`,
      [clientId, id],
    );
  }

  /** The running turns of this owner that somebody asked to stop. */
  async listStopRequested(owner: string): Promise<string[]> {
    const rows: { id: string }[] = await this.turns.query(
      `SELECT id FROM turn WHERE status = 'running' AND owner = $1 AND stop_requested_at IS NOT NULL`,
      [owner],
    );
    return rows.map(({ id }) => id);
  }

  /** Notes whether the turn has a reader on its owner. */
  async noteReaders(id: string, areThere: boolean): Promise<void> {
    await this.turns.query(
      `UPDATE turn SET reader_left_at = CASE WHEN $2::boolean THEN NULL ELSE now() END
        WHERE id = $1 AND status = 'running'`,
      [id, areThere],
    );
  }

  /** Notes that the turn is read through another replica, for some seconds from now. */
  async noteReadElsewhere(id: string, forMs: number): Promise<void> {
    await this.turns.query(
      `UPDATE turn SET read_elsewhere_until = now() + $2 * interval '1 millisecond'
        WHERE id = $1 AND status = 'running'`,
      [id, forMs],
    );
  }

  async isReadElsewhere(id: string): Promise<boolean> {
    const rows: unknown[] = await this.turns.query(
      `SELECT 1 FROM turn WHERE id = $1 AND read_elsewhere_until > now()`,
      [id],
    );
    return rows.length > 0;
  }
}

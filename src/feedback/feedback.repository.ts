import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { cutPage } from '../common/pages/page-cut.js';
import { isForeignKeyViolation } from '../database/database-error.js';
import { nextIdSql } from '../database/next-id.js';
import { FeedbackEntity } from './feedback.entity.js';

/** End users whose feedback one turn may have. */
export const MAX_FEEDBACK_OF_TURN = 1_000;

/** Earlier revisions that are kept of one feedback, the latest. */
const MAX_REVISIONS = 100;

/** What is given about a turn; a field that is null is not given. */
export type NewFeedback = Pick<
  FeedbackEntity,
  'clientId' | 'turnId' | 'uid' | 'stars' | 'reason' | 'betterAnswer'
>;

interface FeedbackRow {
  readonly id: string;
  readonly client_id: string;
  readonly turn_id: string;
  readonly uid: string;
  readonly stars: number | null;
  readonly reason: string | null;
  readonly better_answer: string | null;
  readonly revision: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

@Injectable()
export class FeedbackRepository {
  constructor(@InjectRepository(FeedbackEntity) private readonly feedback: Repository<FeedbackEntity>) {}

  /** What was said of a turn last, the newest first: as many as a page may have. */
  async listLatestOfTurn(clientId: string, turnId: string, limit: number): Promise<FeedbackEntity[]> {
    const latest = `
      SELECT *, coalesce(octet_length(reason), 0) + coalesce(octet_length(better_answer), 0) AS bytes
        FROM feedback WHERE client_id = $1 AND turn_id = $2 ORDER BY id DESC LIMIT $3`;
    const rows = await this.feedback.query<FeedbackRow[]>(cutPage(latest, 'id DESC'), [
      clientId,
      turnId,
      limit,
    ]);
    return rows.map((row) => this.toEntity(row));
  }

  countOfTurn(clientId: string, turnId: string): Promise<number> {
    return this.feedback.countBy({ clientId, turnId });
  }

  /**
   * Stores the first feedback of a turn and uid; null when there is one already, or the turn can have no more. That the turn is the
   * client's is enforced by the foreign key over both.
   * @returns `no-turn` when the client has no such turn
   */
  async insert(given: NewFeedback): Promise<FeedbackEntity | 'no-turn' | null> {
    try {
      const [row] = await this.feedback.query<FeedbackRow[]>(
        `INSERT INTO feedback (id, client_id, turn_id, uid, stars, reason, better_answer)
         SELECT ${nextIdSql()}, $1, $2, $3, $4::smallint, $5, $6
          WHERE (SELECT count(*) FROM feedback WHERE client_id = $1 AND turn_id = $2) < ${MAX_FEEDBACK_OF_TURN}
         ON CONFLICT (turn_id, uid) DO NOTHING
         RETURNING *`,
        [given.clientId, given.turnId, given.uid, given.stars, given.reason, given.betterAnswer],
      );
      return row ? this.toEntity(row) : null;
    } catch (error) {
      if (isForeignKeyViolation(error, 'feedback_turn_fkey')) return 'no-turn';
      throw error;
    }
  }

  /**
   * Replaces the given fields and keeps the feedback as it was, in one statement; null when there is
   * none. Where nothing would change, nothing is written: a page that posts the same again every second makes no
   * revisions. The row is locked before it is read: of many replacing it at once each reads what the one
   * before it wrote, so no revision is lost and the numbers have no gaps.
   */
  async replace(given: NewFeedback): Promise<FeedbackEntity | null> {
    const [row] = await this.feedback.query<FeedbackRow[]>(
      `WITH earlier AS (
         SELECT * FROM feedback WHERE client_id = $1 AND turn_id = $2 AND uid = $3 FOR NO KEY UPDATE
       ), changed AS (
         SELECT * FROM earlier
         WHERE (coalesce($4::smallint, stars), coalesce($5::text, reason), coalesce($6::text, better_answer))
               IS DISTINCT FROM (stars, reason, better_answer)
       ), kept AS (
         INSERT INTO feedback_revision (feedback_id, revision, client_id, stars, reason, better_answer, given_at)
         SELECT id, revision, client_id, stars, reason, better_answer, updated_at FROM changed
       ), dropped AS (
         DELETE FROM feedback_revision USING changed
          WHERE feedback_id = changed.id AND feedback_revision.revision <= changed.revision - ${MAX_REVISIONS}
       ), replaced AS (
         UPDATE feedback
         SET stars = coalesce($4::smallint, changed.stars),
             reason = coalesce($5::text, changed.reason),
             better_answer = coalesce($6::text, changed.better_answer),
             revision = changed.revision + 1,
             updated_at = greatest(clock_timestamp(), changed.updated_at)
         FROM changed
         WHERE feedback.client_id = changed.client_id AND feedback.id = changed.id
         RETURNING feedback.*
       )
       SELECT * FROM replaced
       UNION ALL
       SELECT * FROM earlier WHERE NOT EXISTS (SELECT FROM changed)`,
      [given.clientId, given.turnId, given.uid, given.stars, given.reason, given.betterAnswer],
    );
    return row ? this.toEntity(row) : null;
  }

  /** Deletes a feedback and its earlier revisions; whether there was one. */
  async delete(clientId: string, turnId: string, uid: string): Promise<boolean> {
    const { affected } = await this.feedback.delete({ clientId, turnId, uid });
    return (affected ?? 0) > 0;
  }

  private toEntity(row: FeedbackRow): FeedbackEntity {
    return this.feedback.create({
      id: row.id,
      clientId: row.client_id,
      turnId: row.turn_id,
      uid: row.uid,
      stars: row.stars,
      reason: row.reason,
      betterAnswer: row.better_answer,
      revision: row.revision,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    });
  }
}

import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { StoredTurn } from '../chat/reading/turn-views.js';
import { type Cut, cutPage } from '../common/pages/page-cut.js';
import type { Slice } from '../common/pages/page.js';
import { readUuid } from '../common/uuid.js';
import type { FeedbackFilter } from './feedback-filter.js';

/** A feedback with the turn that it is on. */
export interface RatedTurn extends Pick<
  StoredTurn,
  'variant' | 'question' | 'answer' | 'model' | 'promptName' | 'promptVersion'
> {
  readonly id: string;
  readonly turnId: string;
  readonly uid: string;
  readonly stars: number | null;
  readonly reason: string | null;
  readonly betterAnswer: string | null;
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A feedback as {@link RatedTurnRepository.walk} comes by it. */
export interface PassedFeedback {
  readonly id: string;
  readonly turnId: string;
  readonly stars: number | null;
  readonly reason: string | null;
  readonly betterAnswer: string | null;
  readonly updatedAt: Date;
  /** Whether it fits the filter and counts for its turn. */
  readonly counts: boolean;
}

/** The position of a walk. */
export interface Step {
  /** The last feedback that was passed. */
  readonly after: Pick<PassedFeedback, 'turnId' | 'id'>;
  /** Feedback that was first sent later is left out. As {@link RatedTurnRepository.readClock} gives it. */
  readonly createdUntil: string;
  /** Most to pass. */
  readonly limit: number;
}

/**
 * Of `f`, a feedback. What is not given (null) holds for all. The turn is asked for in a query of its own, which
 * PostgreSQL runs for a feedback at a time: it may run a join from all turns of the client,
 * and does where it has no statistics, as in the embedded database.
 */
const FITS = `($2::int IS NULL OR f.stars >= $2)
          AND ($3::int IS NULL OR f.stars <= $3)
          AND ($4::float8 IS NULL OR f.updated_at >= to_timestamp($4 / 1000))
          AND ($5::float8 IS NULL OR f.updated_at < to_timestamp($5 / 1000))
          AND (($6::varchar IS NULL AND $7::varchar IS NULL AND $8::int IS NULL) OR (
            SELECT ($6::varchar IS NULL OR t.model = $6)
               AND ($7::varchar IS NULL OR t.prompt_name = $7)
               AND ($8::int IS NULL OR t.prompt_version = $8)
              FROM turn t WHERE t.client_id = $1 AND t.id = f.turn_id
          ))`;

const rankOf = (feedback: string) =>
  `(coalesce(${feedback}.better_answer, '') <> '', ${feedback}.stars IS NOT NULL, ${feedback}.updated_at, ${feedback}.id)`;

/**
 * Feedback by what is known of its turn. These queries read the chat's table `turn` beside `feedback`: asked of one
 * module after the other, a page that is filtered by a model would take any number of questions until it is full.
 */
@Injectable()
export class RatedTurnRepository {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** A client's feedback, the newest first. Ids grow with time: one backward scan of an index. */
  list(
    clientId: string,
    { uid, ...filter }: FeedbackFilter & { readonly uid?: string },
    { afterId, limit }: Slice,
  ): Promise<Cut<RatedTurn>[]> {
    const rated = `
       WITH page AS (
         SELECT * FROM feedback f
          WHERE client_id = $1
            AND ($9::uuid IS NULL OR id < $9)
            AND ($10::varchar[] IS NULL OR uid = ANY($10))
            AND ${FITS}
          ORDER BY id DESC LIMIT $11
       )
       SELECT f.id, f.turn_id AS "turnId", f.uid, f.stars, f.reason, f.better_answer AS "betterAnswer", f.revision,
              f.created_at AS "createdAt", f.updated_at AS "updatedAt", t.variant, t.question, t.answer, t.model,
              t.prompt_name AS "promptName", t.prompt_version AS "promptVersion",
              octet_length(t.question) + octet_length(t.answer) + coalesce(octet_length(f.reason), 0)
                + coalesce(octet_length(f.better_answer), 0) AS bytes
         FROM page f CROSS JOIN LATERAL (SELECT * FROM turn WHERE client_id = $1 AND id = f.turn_id LIMIT 1) t
        ORDER BY f.id DESC`;
    return this.database.query(cutPage(rated, 'id DESC'), [
      ...valuesOf(clientId, filter),
      afterId,
      uid === undefined ? null : spellingsOf(uid),
      limit,
    ]);
  }

  /** The present, by the database's clock and as exact as its own columns, which a `Date` is not. */
  async readClock(): Promise<string> {
    const [row] = await this.database.query<{ now: string }[]>(`SELECT now()::text AS now`);
    return row!.now;
  }

  /**
   * The next step of a walk over all feedback of a client, in the order of turns; fewer than `limit`: it has come to
   * its end. It passes a bounded number whether they fit or not, so that no statement takes long, however few fit.
   *
   * Of several on one turn only one counts: first a feedback with a better answer, then a feedback with stars,
   * then the last feedback.
   */
  walk(
    clientId: string,
    filter: FeedbackFilter,
    { after, createdUntil, limit }: Step,
  ): Promise<PassedFeedback[]> {
    return this.database.query(
      `WITH passed AS (
         SELECT * FROM feedback
          WHERE client_id = $1 AND created_at <= $9::timestamptz AND (turn_id, id) > ($10::uuid, $11::uuid)
          ORDER BY turn_id, id LIMIT $12
       )
       SELECT f.id, f.turn_id AS "turnId", f.stars, f.reason, f.better_answer AS "betterAnswer",
              f.updated_at AS "updatedAt",
              (${FITS}
               AND NOT EXISTS (
                 SELECT FROM feedback other
                  WHERE other.client_id = $1 AND other.turn_id = f.turn_id AND other.created_at <= $9::timestamptz
                    AND ${rankOf('other')} > ${rankOf('f')}
               )) IS TRUE AS counts
         FROM passed f
        ORDER BY f.turn_id, f.id`,
      [...valuesOf(clientId, filter), createdUntil, after.turnId, after.id, limit],
    );
  }
}

/** For `$1` to `$8`. Moments as numbers: PostgreSQL reads no year before 1 or after 9999 as JavaScript writes it. */
function valuesOf(clientId: string, filter: FeedbackFilter): unknown[] {
  const { minStars, maxStars, since, until, model, promptName, promptVersion } = filter;
  const given = [minStars, maxStars, since?.getTime(), until?.getTime(), model, promptName, promptVersion];
  return [clientId, ...given.map((value) => value ?? null)];
}

/** UUIDs are the same in all their forms, and are written in few of them; every other name is what it is. */
function spellingsOf(uid: string): string[] {
  const usual = readUuid(uid);
  if (usual === null) return [uid];
  const bare = usual.replaceAll('-', '');
  return [...new Set([uid, usual, usual.toUpperCase(), bare, bare.toUpperCase()])];
}

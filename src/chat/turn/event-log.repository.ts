import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import type { TurnEvent, TurnEventBody } from '../domain/turn-event.js';
import { EventLogEntity } from './event-log.entity.js';

/** Events of one turn, in the order of their numbers and without a gap. */
export interface LogBatch {
  readonly turnId: string;
  readonly firstSeq: number;
  readonly events: readonly TurnEventBody[];
  /** Of the prompt; absent: not known yet. */
  readonly inputTokens?: number;
}

@Injectable()
export class EventLogRepository {
  constructor(@InjectRepository(EventLogEntity) private readonly log: Repository<EventLogEntity>) {}

  /**
   * Stores the batches of many turns by one statement. Storing one again changes nothing. The rows of the turns
   * are locked against their end: the process that ends a turn reads all that will ever be stored.
   * @returns the turns that are running: of a turn that another process has ended, nothing was stored, because its
   *   end has been sent already
   */
  async append(batches: readonly LogBatch[]): Promise<string[]> {
    const rows: { turn_id: string }[] = await this.log.query(
      `WITH batch AS (
         SELECT given.*
           FROM unnest($1::uuid[], $2::int[], $3::text[], $4::int[]) AS given (turn_id, first_seq, events, input_tokens)
           JOIN turn ON turn.id = given.turn_id AND turn.status = 'running'
            FOR KEY SHARE OF turn
       ), stored AS (
         INSERT INTO turn_log (turn_id, first_seq, events, input_tokens) SELECT * FROM batch
         ON CONFLICT (turn_id, first_seq) DO NOTHING
       )
       SELECT turn_id FROM batch`,
      [
        batches.map(({ turnId }) => turnId),
        batches.map(({ firstSeq }) => firstSeq),
        batches.map(({ events }) => packEvents(events)),
        batches.map(({ inputTokens }) => inputTokens ?? null),
      ],
    );
    return rows.map(({ turn_id }) => turn_id);
  }

  /**
   * The stored events of a turn with numbers above `afterSeq`, in their order.
   * @param reader of a transaction that this is to be part of
   */
  async listAfter(
    turnId: string,
    afterSeq: number,
    reader: Pick<EntityManager, 'query'> = this.log,
  ): Promise<TurnEvent[]> {
    const rows: { first_seq: number; events: string }[] = await reader.query(
      `SELECT first_seq, events FROM turn_log
        WHERE turn_id = $1
          AND first_seq >= COALESCE((SELECT max(first_seq) FROM turn_log WHERE turn_id = $1 AND first_seq <= $2 + 1), 0)
        ORDER BY first_seq`,
      [turnId, afterSeq],
    );
    return rows
      .flatMap(({ first_seq, events }) => unpackEvents(events, first_seq))
      .filter(({ seq }) => seq > afterSeq);
  }

  /** How large the prompt of a turn was, in tokens; null: that was not stored. Parameters as of {@link listAfter}. */
  async findInputTokens(
    turnId: string,
    reader: Pick<EntityManager, 'query'> = this.log,
  ): Promise<number | null> {
    const rows: { found: number | null }[] = await reader.query(
      `SELECT max(input_tokens) AS found FROM turn_log WHERE turn_id = $1`,
      [turnId],
    );
    return rows[0]?.found ?? null;
  }

  /** Deletes what is older than any turn can be. */
  async deleteOlderThan(ageMs: number): Promise<void> {
    await this.log.query(`DELETE FROM turn_log WHERE created_at < now() - $1 * interval '1 millisecond'`, [
      ageMs,
    ]);
  }
}

/** The numbers are not stored: events of a batch follow each other. Nearly all are deltas: of them, the text alone. */
function packEvents(events: readonly TurnEventBody[]): string {
  const packed: (string | object)[] = [];
  for (const event of events)
    packed.push(event.type === 'text.delta' ? event.text : { ...event, seq: undefined });
  return JSON.stringify(packed);
}

function unpackEvents(packed: string, firstSeq: number): TurnEvent[] {
  return (JSON.parse(packed) as (string | TurnEventBody)[]).map((event, index) => ({
    ...(typeof event === 'string' ? { type: 'text.delta', text: event } : event),
    seq: firstSeq + index,
  }));
}

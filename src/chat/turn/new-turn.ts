import { nextIdSql } from '../../database/next-id.js';
import { storeContext } from '../context/context-sql.js';
import { toStoredContext } from '../context/stored-context.js';
import type { OwnContext, SentContext } from '../domain/own-context.js';

export interface NewTurn {
  readonly clientId: string;
  readonly variant: string;
  readonly endUser: string | null;
  readonly question: string;
  readonly model: string;
  readonly promptName: string | null;
  readonly promptVersion: number | null;
  readonly ownContext: OwnContext | null;
  readonly sentContext: SentContext | null;
  readonly wireRequest: Readonly<Record<string, unknown>> | null;
  readonly leaseMs: number;
  readonly requestHash: Buffer;
  readonly idempotencyKey: string | null;
  readonly owner: string;
}

/** The conversation a turn is to join: made when it does not exist yet. */
export interface JoinedConversation {
  readonly externalId: string;
  readonly name: string;
}

/** The statement that stores a turn. */
export interface Insertion {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Its one row. */
export interface InsertionRow {
  /** null: nothing is stored. */
  readonly id: string | null;
  readonly conversationId: string | null;
  /** Whether the conversation is of another end user. */
  readonly foreign: boolean;
}

/** The columns that a new turn is stored with, in the order of `valuesOf`. */
const COLUMNS = `client_id, variant, end_user, question, model, prompt_name, prompt_version,
                 request_hash, idempotency_key, owner, status, lease_until, own_context, wire_request,
                 conversation_id, id`;

const VALUES = `$1::uuid, $2::varchar, $3::varchar, $4::text, $5::varchar, $6::varchar, $7::int,
                $8::bytea, $9::varchar, $10::uuid, 'running', now() + $11 * interval '1 millisecond',
                $12::jsonb, $13::jsonb`;

/** Of the last turn of `joined`: the next one sorts behind it, whatever the clocks say. */
const LAST_TURN = `SELECT last.id FROM turn last WHERE last.client_id = $1 AND last.conversation_id = joined.id
                    ORDER BY last.id DESC LIMIT 1`;

/** Stores the turn as running, what its request brought, and the conversation that it opens. */
export function insertionOf(turn: NewTurn, conversation?: JoinedConversation): Insertion {
  const values = valuesOf(turn);
  if (conversation) values.push(conversation.externalId, conversation.name);
  const sql = conversation ? insertInto : insertAlone;
  if (!turn.sentContext) return { sql: sql(''), parameters: values };
  const { parts, parameters } = storeContext(
    toStoredContext(turn.clientId, turn.sentContext),
    values.length + 1,
  );
  return { sql: sql(parts), parameters: [...values, ...parameters] };
}

function insertAlone(contextParts: string): string {
  const insert = `INSERT INTO turn (${COLUMNS}) VALUES (${VALUES}, NULL, ${nextIdSql()}) RETURNING id`;
  const others = `NULL::uuid AS "conversationId", false AS foreign`;
  return contextParts === ''
    ? `${insert}, ${others}`
    : `WITH inserted AS (${insert})${contextParts} SELECT id, ${others} FROM inserted`;
}

/**
 * The conversation is locked against its deletion before anything else: who deletes it waits for the locks of contexts, and
 * this statement would wait for the conversation while it holds one.
 */
const insertInto = (contextParts: string) => `
  WITH existing AS (
    SELECT id, end_user IS NOT NULL AND end_user IS DISTINCT FROM $3::varchar AS is_foreign
      FROM conversation WHERE client_id = $1 AND external_id = $14 FOR KEY SHARE
  ), created AS (
    INSERT INTO conversation (id, client_id, external_id, end_user, name)
    SELECT ${nextIdSql()}, $1, $14, $3, $15 WHERE NOT EXISTS (SELECT FROM existing)
    ON CONFLICT (client_id, external_id) DO NOTHING
    RETURNING id
  ), joined AS (
    SELECT id FROM existing WHERE NOT is_foreign UNION ALL SELECT id FROM created
  ), inserted AS (
    INSERT INTO turn (${COLUMNS}) SELECT ${VALUES}, joined.id, ${nextIdSql(LAST_TURN)} FROM joined
    RETURNING id, conversation_id
  )${contextParts}
  SELECT (SELECT id FROM inserted) AS id, (SELECT conversation_id FROM inserted) AS "conversationId",
         EXISTS (SELECT FROM existing WHERE is_foreign) AS foreign`;

function valuesOf(turn: NewTurn): unknown[] {
  return [
    turn.clientId,
    turn.variant,
    turn.endUser,
    turn.question,
    turn.model,
    turn.promptName,
    turn.promptVersion,
    turn.requestHash,
    turn.idempotencyKey,
    turn.owner,
    turn.leaseMs,
    turn.ownContext && JSON.stringify(turn.ownContext),
    turn.wireRequest && JSON.stringify(turn.wireRequest),
  ];
}

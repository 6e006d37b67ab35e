import type { StoredContext } from './stored-context.js';

/** The statement parts that store a context with its turn, and their parameters. */
export interface ContextSql {
  /** Common table expressions behind `inserted`, which has the turn's id in a row, or no row: then nothing is stored. */
  readonly parts: string;
  readonly parameters: readonly unknown[];
}

/**
 * Stores a context in the statement that stores its turn. The shared lock keeps out those who delete messages, so that each message
 * that is there stays, although no row of it is locked: a lock would write each message again with each turn of a chat.
 * @param first the number of the first of the parameters; `$1` is the client's id
 */
export function storeContext(context: StoredContext, first: number): ContextSql {
  const { ids, includesQuestion, entries } = context;
  return {
    parts: `, shared AS MATERIALIZED (
         SELECT id, pg_advisory_xact_lock_shared(hashtextextended('context ' || $1::uuid, 0)) FROM inserted
       ), messages AS (
         INSERT INTO context_message (client_id, id, content)
         SELECT $1, given.id, given.content::json
           FROM shared CROSS JOIN unnest($${first}::uuid[], $${first + 1}::text[]) AS given (id, content)
         ON CONFLICT DO NOTHING
       ), context AS (
         INSERT INTO turn_context (turn_id, client_id, entries, includes_question)
         SELECT shared.id, $1, $${first + 2}::uuid[], $${first + 3}::boolean FROM shared
       )`,
    parameters: [[...entries.keys()], [...entries.values()], ids, includesQuestion],
  };
}

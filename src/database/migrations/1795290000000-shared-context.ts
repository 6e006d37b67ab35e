import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Messages of requests, each stored once. A trigger deletes them, so that they go with their last turn, however it is deleted:
 * by a cascade, by an operator, or by a replica of the former release.
 */
export class SharedContext1795290000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

/**
 * For each statement that deletes turns. The lock waits for turns of the client that are being inserted, and keeps further
 * ones out until the end of the transaction: the statement after it sees all that refer to a message. Each id is looked up in the index:
 * without statistics, a planner would compare all contexts of all turns.
 */
const FORGET = `
  CREATE FUNCTION forget_turn_context() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
  DECLARE
    owner uuid;
    ids uuid[];
  BEGIN
    FOR owner, ids IN
      WITH forgotten AS (
        DELETE FROM turn_context USING deleted WHERE turn_context.turn_id = deleted.id
        RETURNING turn_context.client_id, turn_context.entries
      )
      SELECT client_id, array_agg(DISTINCT entry) FROM forgotten CROSS JOIN unnest(entries) AS entry
       GROUP BY client_id ORDER BY client_id
    LOOP
      -- A client that is being deleted takes all its messages with it.
      CONTINUE WHEN NOT EXISTS (SELECT FROM client WHERE id = owner);
      PERFORM pg_advisory_xact_lock(hashtextextended('context ' || owner, 0));
      DELETE FROM context_message
       WHERE client_id = owner AND id = ANY (ids)
         AND NOT EXISTS (
           SELECT FROM turn_context
            WHERE turn_context.client_id = owner AND turn_context.entries @> ARRAY[context_message.id]
         );
    END LOOP;
    RETURN NULL;
  END $$`;

/** For TRUNCATE, which fires no trigger for DELETE: no turn is left. A TRUNCATE in here could wait in a circle with readers. */
const FORGET_ALL = `
  CREATE FUNCTION forget_all_turn_context() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    DELETE FROM turn_context;
    DELETE FROM context_message;
    RETURN NULL;
  END $$`;

const UP = [
  `CREATE TABLE context_message (
     client_id uuid NOT NULL,
     id uuid NOT NULL,
     content json NOT NULL,
     CONSTRAINT context_message_pkey PRIMARY KEY (client_id, id),
     CONSTRAINT context_message_client_id_fkey FOREIGN KEY (client_id) REFERENCES client (id) ON DELETE CASCADE
   )`,
  `CREATE TABLE turn_context (
     turn_id uuid NOT NULL,
     client_id uuid NOT NULL,
     entries uuid[] NOT NULL,
     includes_question boolean NOT NULL,
     CONSTRAINT turn_context_pkey PRIMARY KEY (turn_id)
   )`,
  `CREATE INDEX turn_context_entries_idx ON turn_context USING gin (entries)`,
  FORGET,
  `CREATE TRIGGER turn_forget_context AFTER DELETE ON turn REFERENCING OLD TABLE AS deleted
     FOR EACH STATEMENT EXECUTE FUNCTION forget_turn_context()`,
  FORGET_ALL,
  `CREATE TRIGGER turn_forget_all_context AFTER TRUNCATE ON turn
     FOR EACH STATEMENT EXECUTE FUNCTION forget_all_turn_context()`,
];

const DOWN = [
  `DROP TRIGGER turn_forget_all_context ON turn`,
  `DROP FUNCTION forget_all_turn_context`,
  `DROP TRIGGER turn_forget_context ON turn`,
  `DROP FUNCTION forget_turn_context`,
  `DROP TABLE turn_context`,
  `DROP TABLE context_message`,
];

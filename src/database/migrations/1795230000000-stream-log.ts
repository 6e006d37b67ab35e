import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is needed to resume, repeat, stop and account for turns. */
export class StreamLog1795230000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE client
      ADD break_max_bytes integer CONSTRAINT client_break_max_bytes_check CHECK (break_max_bytes >= 64)`);
    await runner.query(`ALTER TABLE turn
      ADD error_detail varchar(1000),
      ADD attempts jsonb NOT NULL DEFAULT '[]',
      ADD outline integer[] NOT NULL DEFAULT '{}',
      ADD request_hash bytea NOT NULL DEFAULT '',
      ADD idempotency_key varchar(255),
      ADD owner uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
      ADD stop_requested_at timestamptz,
      ADD reader_left_at timestamptz,
      ADD read_elsewhere_until timestamptz,
      ADD first_token_ms integer`);
    await runner.query(`ALTER TABLE turn ALTER request_hash DROP DEFAULT, ALTER owner DROP DEFAULT`);
    await runner.query(`CREATE UNIQUE INDEX turn_running_conversation_key ON turn (conversation_id)
      WHERE status = 'running'`);
    await runner.query(
      `CREATE INDEX turn_running_request_idx ON turn (request_hash) WHERE status = 'running'`,
    );
    await runner.query(`CREATE UNIQUE INDEX turn_idempotency_key_key ON turn (client_id, idempotency_key)
      WHERE idempotency_key IS NOT NULL`);
    await runner.query(`CREATE TABLE turn_log (
      turn_id    uuid NOT NULL,
      first_seq  integer NOT NULL,
      events     text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT turn_log_pkey PRIMARY KEY (turn_id, first_seq)
    )`);
    await runner.query(`CREATE INDEX turn_log_created_at_idx ON turn_log (created_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE turn_log`);
    await runner.query(
      `DROP INDEX turn_idempotency_key_key, turn_running_request_idx, turn_running_conversation_key`,
    );
    await runner.query(`ALTER TABLE turn
      DROP error_detail, DROP attempts, DROP outline, DROP request_hash, DROP idempotency_key, DROP owner,
      DROP stop_requested_at, DROP reader_left_at, DROP read_elsewhere_until, DROP first_token_ms`);
    await runner.query(`ALTER TABLE client DROP break_max_bytes`);
  }
}

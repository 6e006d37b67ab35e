import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is needed to let a question wait for another one of its conversation, to know again what was just answered, to
 * count the prompt of a turn whose owner died, and to keep the Idempotency-Keys of two end users apart.
 */
export class BusyConversations1795270000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE turn ADD awaited_until timestamptz, ADD delivered_at timestamptz`);
    await runner.query(`ALTER TABLE turn_log ADD input_tokens integer`);
    await runner.query(`CREATE INDEX turn_delivered_request_idx ON turn (request_hash, delivered_at)
      WHERE delivered_at IS NOT NULL`);
    await runner.query(`DROP INDEX turn_idempotency_key_key`);
    await runner.query(`CREATE UNIQUE INDEX turn_idempotency_key_key ON turn (client_id, end_user, idempotency_key)
      WHERE idempotency_key IS NOT NULL AND end_user IS NOT NULL`);
    await runner.query(`CREATE UNIQUE INDEX turn_nobodys_idempotency_key_key ON turn (client_id, idempotency_key)
      WHERE idempotency_key IS NOT NULL AND end_user IS NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX turn_nobodys_idempotency_key_key, turn_idempotency_key_key`);
    // Two end users may have used one key by now: it stays with the turn that was first.
    await runner.query(`UPDATE turn SET idempotency_key = NULL
      WHERE EXISTS (SELECT FROM turn earlier
        WHERE earlier.client_id = turn.client_id AND earlier.idempotency_key = turn.idempotency_key
          AND earlier.id < turn.id)`);
    await runner.query(`CREATE UNIQUE INDEX turn_idempotency_key_key ON turn (client_id, idempotency_key)
      WHERE idempotency_key IS NOT NULL`);
    await runner.query(`DROP INDEX turn_delivered_request_idx`);
    await runner.query(`ALTER TABLE turn_log DROP input_tokens`);
    await runner.query(`ALTER TABLE turn DROP awaited_until, DROP delivered_at`);
  }
}

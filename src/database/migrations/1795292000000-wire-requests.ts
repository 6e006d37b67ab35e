import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a wire repeats of a request in its answers, stored with the turn. Without a rewrite of the table: it is null. */
export class WireRequests1795292000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE turn ADD COLUMN wire_request jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE turn DROP COLUMN wire_request`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a request brought itself: without it no export tells what an answer answered. Older turns have none. */
export class OwnContext1795262000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE turn ADD COLUMN own_context jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE turn DROP COLUMN own_context`);
  }
}

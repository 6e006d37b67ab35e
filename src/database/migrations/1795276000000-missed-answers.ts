import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is needed to find an answer that completed after its readers had left. */
export class MissedAnswers1795276000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX turn_missed_request_idx ON turn (request_hash, ended_at)
      WHERE status = 'completed' AND delivered_at IS NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX turn_missed_request_idx`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is needed to walk over a client's feedback in the order of turns, and to list that of one end user or some days. */
export class FeedbackLists1795258000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX feedback_turn_idx ON feedback (client_id, turn_id, id)`);
    await runner.query(`CREATE INDEX feedback_uid_idx ON feedback (client_id, uid, id)`);
    await runner.query(`CREATE INDEX feedback_updated_at_idx ON feedback (client_id, updated_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX feedback_updated_at_idx, feedback_uid_idx, feedback_turn_idx`);
  }
}

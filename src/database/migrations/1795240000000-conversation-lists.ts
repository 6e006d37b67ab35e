import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is needed to list conversations by end user, read all of one, and delete it without reading every turn. */
export class ConversationLists1795240000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX turn_conversation_idx ON turn (client_id, conversation_id, id)
      WHERE conversation_id IS NOT NULL`);
    await runner.query(`DROP INDEX turn_history_idx`);
    await runner.query(`CREATE INDEX conversation_end_user_idx ON conversation (client_id, end_user, id)
      WHERE end_user IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX conversation_end_user_idx`);
    await runner.query(`CREATE INDEX turn_history_idx ON turn (client_id, conversation_id, id)
      WHERE status = 'completed'`);
    await runner.query(`DROP INDEX turn_conversation_idx`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The calls of tools in an answer. Without a rewrite of the table: the default is a constant. */
export class ToolCalls1795293000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE turn ADD COLUMN tool_calls jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE turn DROP COLUMN tool_calls`);
  }
}

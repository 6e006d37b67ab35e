import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The reasoning of a model, stored with its answer. Without a rewrite of the table: the default is a constant. */
export class Reasoning1795279000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE turn ADD COLUMN reasoning text NOT NULL DEFAULT ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE turn DROP COLUMN reasoning`);
  }
}

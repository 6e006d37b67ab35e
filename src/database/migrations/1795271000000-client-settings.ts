import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What can be set for one client: where its answers are cut, and the form of its JSON answers. Null: the default. */
export class ClientSettings1795271000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE client
      ADD break_enabled boolean,
      ADD break_min_chars integer CONSTRAINT client_break_min_chars_check CHECK (break_min_chars >= 1),
      ADD break_after_ms integer CONSTRAINT client_break_after_ms_check CHECK (break_after_ms >= 1),
      ADD break_first_ms integer CONSTRAINT client_break_first_ms_check CHECK (break_first_ms >= 0),
      ADD whole_answer varchar(4) CONSTRAINT client_whole_answer_check CHECK (whole_answer IN ('json', 'sse'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE client
      DROP break_enabled, DROP break_min_chars, DROP break_after_ms, DROP break_first_ms, DROP whole_answer`);
  }
}

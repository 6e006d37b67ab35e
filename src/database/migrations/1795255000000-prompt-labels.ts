import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Labels that point at versions of prompt templates; the newest version of each is in production. Nothing that is
 * there changes, so that replicas of the version before go on beside this one. What is saved through one of those
 * has no label: it is used when it is saved again.
 */
export class PromptLabels1795255000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE prompt_label (
      client_id uuid NOT NULL,
      name      varchar(100) NOT NULL,
      label     varchar(50) NOT NULL,
      version   integer NOT NULL,
      CONSTRAINT prompt_label_pkey PRIMARY KEY (client_id, name, label),
      CONSTRAINT prompt_label_template_fkey FOREIGN KEY (client_id, name, version)
        REFERENCES prompt_template (client_id, name, version) ON DELETE CASCADE,
      CONSTRAINT prompt_label_label_check CHECK (label <> 'latest' AND label !~ '^[0-9]+$')
    )`);
    await runner.query(`INSERT INTO prompt_label (client_id, name, label, version)
      SELECT client_id, name, 'production', max(version)
        FROM prompt_template WHERE deleted_at IS NULL GROUP BY client_id, name`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE prompt_label`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

const FIRST_EDITION = '00000000-0000-0000-0000-000000000000';

/**
 * A title's terms once a document: 500 characters of it came again with each of 3,000 passages. And editions: a long
 * document's passages are stored in many short statements, and seen all at once. Documents that are there keep their
 * passages, which have the title's terms among their own.
 */
export class DocumentEditions1795274000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE document ADD COLUMN title_terms tsvector NOT NULL DEFAULT ''`);
    // The defaults fill in what is there, and what a replica of the release before still adds.
    await runner.query(`ALTER TABLE document ADD COLUMN edition uuid DEFAULT '${FIRST_EDITION}'`);
    await runner.query(`ALTER TABLE document ADD COLUMN staged_at timestamptz`);
    await runner.query(`ALTER TABLE passage ADD COLUMN edition uuid NOT NULL DEFAULT '${FIRST_EDITION}'`);
    await runner.query(`CREATE INDEX document_title_terms_idx ON document USING gin (title_terms)`);
    await runner.query(
      `CREATE INDEX document_staged_at_idx ON document (staged_at) WHERE staged_at IS NOT NULL`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX passage_document_id_edition_position_key ON passage (document_id, edition, position)`,
    );
    await runner.query(`DROP INDEX passage_document_id_position_key`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM document WHERE edition IS NULL`);
    await runner.query(
      `DELETE FROM passage p USING document d WHERE d.id = p.document_id AND d.edition <> p.edition`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX passage_document_id_position_key ON passage (document_id, position)`,
    );
    await runner.query(`DROP INDEX passage_document_id_edition_position_key`);
    await runner.query(
      `UPDATE passage p SET terms = ts_filter(d.title_terms, '{a}') || p.terms FROM document d
       WHERE d.id = p.document_id AND d.title_terms <> ''`,
    );
    await runner.query(`ALTER TABLE passage DROP COLUMN edition`);
    await runner.query(`DROP INDEX document_staged_at_idx`);
    await runner.query(`DROP INDEX document_title_terms_idx`);
    await runner.query(
      `ALTER TABLE document DROP COLUMN staged_at, DROP COLUMN edition, DROP COLUMN title_terms`,
    );
  }
}

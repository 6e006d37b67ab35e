import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Parents before children, each with its keys and indexes. */
const TABLES = [
  `CREATE TABLE client (
     id         uuid CONSTRAINT client_pkey PRIMARY KEY,
     name       varchar(100) NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT client_name_check CHECK (name <> '')
   )`,
  `CREATE UNIQUE INDEX client_name_key ON client (name)`,

  `CREATE TABLE client_key (
     id         uuid CONSTRAINT client_key_pkey PRIMARY KEY,
     client_id  uuid NOT NULL CONSTRAINT client_key_client_id_fkey REFERENCES client (id) ON DELETE CASCADE,
     hash       bytea NOT NULL,
     prefix     varchar(20) NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz,
     revoked_at timestamptz
   )`,
  `CREATE UNIQUE INDEX client_key_hash_key ON client_key (hash)`,
  `CREATE INDEX client_key_client_id_idx ON client_key (client_id)`,

  `CREATE TABLE conversation (
     id          uuid CONSTRAINT conversation_pkey PRIMARY KEY,
     client_id   uuid NOT NULL CONSTRAINT conversation_client_id_fkey REFERENCES client (id) ON DELETE CASCADE,
     external_id varchar(128) NOT NULL,
     end_user    varchar(128),
     name        varchar(255) NOT NULL,
     created_at  timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT conversation_client_id_id_key UNIQUE (client_id, id)
   )`,
  `CREATE UNIQUE INDEX conversation_client_id_external_id_key ON conversation (client_id, external_id)`,

  `CREATE TABLE turn (
     id              uuid CONSTRAINT turn_pkey PRIMARY KEY,
     client_id       uuid NOT NULL CONSTRAINT turn_client_id_fkey REFERENCES client (id) ON DELETE CASCADE,
     variant         varchar(20) NOT NULL,
     end_user        varchar(128),
     conversation_id uuid,
     question        text NOT NULL,
     answer          text NOT NULL DEFAULT '',
     status          varchar(20) NOT NULL,
     finish_reason   varchar(20),
     error_code      varchar(50),
     model           varchar(200) NOT NULL,
     prompt_name     varchar(100),
     prompt_version  integer,
     sources         jsonb NOT NULL DEFAULT '[]',
     input_tokens    integer,
     output_tokens   integer,
     created_at      timestamptz NOT NULL DEFAULT now(),
     ended_at        timestamptz,
     lease_until     timestamptz NOT NULL,
     CONSTRAINT turn_client_id_id_key UNIQUE (client_id, id),
     CONSTRAINT turn_conversation_fkey FOREIGN KEY (client_id, conversation_id)
       REFERENCES conversation (client_id, id) ON DELETE CASCADE,
     CONSTRAINT turn_status_check CHECK (status IN ('running', 'completed', 'failed', 'cancelled')),
     CONSTRAINT turn_ended_check CHECK ((status = 'running') = (ended_at IS NULL))
   )`,
  `CREATE INDEX turn_history_idx ON turn (client_id, conversation_id, id) WHERE status = 'completed'`,
  `CREATE INDEX turn_running_idx ON turn (lease_until) WHERE status = 'running'`,

  `CREATE TABLE feedback (
     id            uuid CONSTRAINT feedback_pkey PRIMARY KEY,
     client_id     uuid NOT NULL,
     turn_id       uuid NOT NULL,
     uid           varchar(128) NOT NULL,
     stars         smallint,
     reason        text,
     better_answer text,
     revision      integer NOT NULL DEFAULT 1,
     created_at    timestamptz NOT NULL DEFAULT now(),
     updated_at    timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT feedback_client_id_id_key UNIQUE (client_id, id),
     CONSTRAINT feedback_turn_fkey FOREIGN KEY (client_id, turn_id)
       REFERENCES turn (client_id, id) ON DELETE CASCADE,
     CONSTRAINT feedback_stars_check CHECK (stars BETWEEN 1 AND 5)
   )`,
  `CREATE UNIQUE INDEX feedback_turn_id_uid_key ON feedback (turn_id, uid)`,

  `CREATE TABLE feedback_revision (
     feedback_id   uuid NOT NULL,
     revision      integer NOT NULL,
     client_id     uuid NOT NULL,
     stars         smallint,
     reason        text,
     better_answer text,
     given_at      timestamptz NOT NULL,
     CONSTRAINT feedback_revision_pkey PRIMARY KEY (feedback_id, revision),
     CONSTRAINT feedback_revision_feedback_fkey FOREIGN KEY (client_id, feedback_id)
       REFERENCES feedback (client_id, id) ON DELETE CASCADE
   )`,

  `CREATE TABLE prompt_template (
     id          uuid CONSTRAINT prompt_template_pkey PRIMARY KEY,
     client_id   uuid NOT NULL CONSTRAINT prompt_template_client_id_fkey REFERENCES client (id) ON DELETE CASCADE,
     name        varchar(100) NOT NULL,
     version     integer NOT NULL,
     template    text NOT NULL,
     description varchar(1000),
     created_at  timestamptz NOT NULL DEFAULT now(),
     deleted_at  timestamptz,
     CONSTRAINT prompt_template_version_check CHECK (version >= 1)
   )`,
  `CREATE UNIQUE INDEX prompt_template_client_id_name_version_key ON prompt_template (client_id, name, version)`,

  `CREATE TABLE document (
     id          uuid CONSTRAINT document_pkey PRIMARY KEY,
     client_id   uuid CONSTRAINT document_client_id_fkey REFERENCES client (id) ON DELETE CASCADE,
     scope       varchar(10) NOT NULL,
     external_id varchar(255),
     title       varchar(500) NOT NULL,
     source      varchar(2000) NOT NULL,
     format      varchar(10) NOT NULL,
     content     text NOT NULL,
     metadata    jsonb NOT NULL DEFAULT '{}',
     created_at  timestamptz NOT NULL DEFAULT now(),
     updated_at  timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT document_scope_check CHECK (scope IN ('client', 'shared', 'service')),
     CONSTRAINT document_owner_check CHECK ((scope = 'client') = (client_id IS NOT NULL))
   )`,
  `CREATE UNIQUE INDEX document_client_id_external_id_key ON document (client_id, external_id)
     WHERE client_id IS NOT NULL`,
  `CREATE UNIQUE INDEX document_scope_external_id_key ON document (scope, external_id) WHERE client_id IS NULL`,
  `CREATE INDEX document_client_id_id_idx ON document (client_id, id)`,

  `CREATE TABLE passage (
     id          uuid CONSTRAINT passage_pkey PRIMARY KEY,
     document_id uuid NOT NULL CONSTRAINT passage_document_id_fkey REFERENCES document (id) ON DELETE CASCADE,
     client_id   uuid,
     scope       varchar(10) NOT NULL,
     position    integer NOT NULL,
     heading     varchar(500),
     text        text NOT NULL,
     terms       tsvector NOT NULL
   )`,
  `CREATE UNIQUE INDEX passage_document_id_position_key ON passage (document_id, position)`,
  `CREATE INDEX passage_terms_idx ON passage USING gin (terms)`,
];

/** Children before parents. */
const DROPPED = [
  'passage',
  'document',
  'prompt_template',
  'feedback_revision',
  'feedback',
  'turn',
  'conversation',
  'client_key',
  'client',
];

/** The schema that the service starts with. */
export class InitialSchema1795220000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of DROPPED) await queryRunner.query(`DROP TABLE ${table}`);
  }
}

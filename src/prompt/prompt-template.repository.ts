import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { type Cut, cutPage } from '../common/pages/page-cut.js';
import type { Slice } from '../common/pages/page.js';
import { newId } from '../common/uuid.js';
import { PromptTemplateEntity } from './prompt-template.entity.js';
import { PRODUCTION, type VersionReference } from './template/template-reference.js';

export type NewTemplateVersion = Pick<
  PromptTemplateEntity,
  'clientId' | 'name' | 'version' | 'template' | 'description'
>;

/** A version of a client's template. */
export interface VersionKey {
  readonly clientId: string;
  readonly name: string;
  readonly at: VersionReference;
}

export interface StoredVersion {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly template: string;
  readonly description: string | null;
  readonly createdAt: Date;
}

export interface LabelledVersion extends StoredVersion {
  /** Sorted. */
  readonly labels: readonly string[];
}

/** Which part of a list by name is wanted. */
export interface NameSlice {
  /** Empty: from the first name on. */
  readonly afterName: string;
  readonly limit: number;
}

const COLUMNS = `t.id, t.name, t.version, t.template, t.description, t.created_at AS "createdAt"`;

const LABELLED_COLUMNS = `${COLUMNS}, ARRAY(
  SELECT l.label FROM prompt_label l
   WHERE l.client_id = t.client_id AND l.name = t.name AND l.version = t.version
   ORDER BY l.label COLLATE "C") AS labels`;

const BYTES = `octet_length(t.template) + coalesce(octet_length(t.description), 0) AS bytes`;

/** Each is a scan of one index, or of two. What is marked as deleted has no labels, whatever points at it. */
const VERSION_AT: Readonly<Record<VersionReference['kind'], string>> = {
  label: `prompt_label l
     JOIN prompt_template t ON t.client_id = l.client_id AND t.name = l.name AND t.version = l.version
    WHERE l.client_id = $1 AND l.name = $2 AND l.label = $3 AND t.deleted_at IS NULL`,
  version: `prompt_template t
    WHERE t.client_id = $1 AND t.name = $2 AND t.version = $3 AND t.deleted_at IS NULL`,
  latest: `prompt_template t
    WHERE t.client_id = $1 AND t.name = $2 AND t.deleted_at IS NULL
    ORDER BY t.version DESC LIMIT 1`,
};

const LEFT_JOIN_PRODUCTION = `LEFT JOIN prompt_label l
  ON l.client_id = t.client_id AND l.name = t.name AND l.version = t.version AND l.label = '${PRODUCTION}'`;

/** The stored templates. A name *exists* when its last version is not marked as deleted. */
@Injectable()
export class PromptTemplateRepository {
  constructor(
    @InjectRepository(PromptTemplateEntity) private readonly templates: Repository<PromptTemplateEntity>,
  ) {}

  /** A version of an existing name. */
  async find(key: VersionKey): Promise<StoredVersion | null> {
    // Of every turn: one statement, and a built query costs as much as sending it.
    const [row] = await this.templates.query<StoredVersion[]>(
      `SELECT ${COLUMNS} FROM ${VERSION_AT[key.at.kind]}`,
      valuesOf(key),
    );
    return row ?? null;
  }

  /** The same, with all labels of the version. */
  async findLabelled(key: VersionKey): Promise<LabelledVersion | null> {
    const [row] = await this.templates.query<LabelledVersion[]>(
      `SELECT ${LABELLED_COLUMNS} FROM ${VERSION_AT[key.at.kind]}`,
      valuesOf(key),
    );
    return row ?? null;
  }

  /** The last version of a name, also when it is marked as deleted. */
  findLastOfAny(clientId: string, name: string): Promise<PromptTemplateEntity | null> {
    return this.templates.findOne({ where: { clientId, name }, order: { version: 'DESC' } });
  }

  /** A version of a name, also when it is marked as deleted. */
  findVersion(clientId: string, name: string, version: number): Promise<PromptTemplateEntity | null> {
    return this.templates.findOneBy({ clientId, name, version });
  }

  /** One version of each existing name: that in production or, where there is none, the last. By code points. */
  listNamed(clientId: string, { afterName, limit }: NameSlice): Promise<Cut<LabelledVersion>[]> {
    const templates = `
       WITH named AS (
         SELECT t.name, coalesce(max(t.version) FILTER (WHERE l.label IS NOT NULL), max(t.version)) AS version
           FROM prompt_template t ${LEFT_JOIN_PRODUCTION}
          WHERE t.client_id = $1 AND t.deleted_at IS NULL AND t.name COLLATE "C" > $2
          GROUP BY t.name ORDER BY t.name COLLATE "C" LIMIT $3
       )
       SELECT ${LABELLED_COLUMNS}, ${BYTES}
         FROM named JOIN prompt_template t ON t.client_id = $1 AND t.name = named.name AND t.version = named.version
        ORDER BY t.name COLLATE "C"`;
    return this.templates.query(cutPage(templates, 'name COLLATE "C"'), [clientId, afterName, limit]);
  }

  /** The versions of an existing name, the newest first. */
  listVersions(clientId: string, name: string, { afterId, limit }: Slice): Promise<Cut<LabelledVersion>[]> {
    const versions = `
       SELECT ${LABELLED_COLUMNS}, ${BYTES} FROM prompt_template t
        WHERE t.client_id = $1 AND t.name = $2 AND t.deleted_at IS NULL AND ($3::uuid IS NULL OR t.version < (
                SELECT version FROM prompt_template WHERE client_id = $1 AND name = $2 AND id = $3))
        ORDER BY t.version DESC LIMIT $4`;
    return this.templates.query(cutPage(versions, 'version DESC'), [clientId, name, afterId, limit]);
  }

  /** The client's existing names, each once, in no order to rely on. */
  listNames(clientId: string): Promise<{ name: string; isInProduction: boolean }[]> {
    return this.templates.query(
      `SELECT t.name, bool_or(l.label IS NOT NULL) AS "isInProduction"
         FROM prompt_template t ${LEFT_JOIN_PRODUCTION}
        WHERE t.client_id = $1 AND t.deleted_at IS NULL GROUP BY t.name`,
      [clientId],
    );
  }

  /**
   * Adds a version and moves the labels, each given once and sorted, to it, in one statement: a caller that saves the
   * next version has seen this one, so labels never go back to it. Null when its number has been taken in the
   * meantime, which is no error to the database; then no label is moved.
   */
  async addVersion(added: NewTemplateVersion, labels: readonly string[]): Promise<LabelledVersion | null> {
    const id = newId();
    const { clientId, name, version, template, description } = added;
    const [row] = await this.templates.query<{ createdAt: Date }[]>(
      `WITH added AS (
         INSERT INTO prompt_template (id, client_id, name, version, template, description)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (client_id, name, version) DO NOTHING
         RETURNING client_id, name, version, created_at
       ), labelled AS (
         INSERT INTO prompt_label (client_id, name, label, version)
         SELECT added.client_id, added.name, wanted.label, added.version
           FROM added, unnest($7::varchar[]) AS wanted (label)
         ON CONFLICT (client_id, name, label) DO UPDATE SET version = excluded.version
       )
       SELECT created_at AS "createdAt" FROM added`,
      [id, clientId, name, version, template, description, labels],
    );
    return row ? { id, name, version, template, description, labels, createdAt: row.createdAt } : null;
  }

  /**
   * Marks all versions of a name as deleted, and takes their labels away; whether there was any. A label that
   * goes to a new version meanwhile stays with it.
   */
  async markDeleted(clientId: string, name: string): Promise<boolean> {
    const [row] = await this.templates.query<{ count: number }[]>(
      `WITH deleted AS (
         UPDATE prompt_template SET deleted_at = now()
          WHERE client_id = $1 AND name = $2 AND deleted_at IS NULL
         RETURNING version
       ), unlabelled AS (
         DELETE FROM prompt_label l USING deleted
          WHERE l.client_id = $1 AND l.name = $2 AND l.version = deleted.version
       )
       SELECT count(*)::int AS count FROM deleted`,
      [clientId, name],
    );
    return row!.count > 0;
  }
}

function valuesOf({ clientId, name, at }: VersionKey): unknown[] {
  switch (at.kind) {
    case 'label':
      return [clientId, name, at.label];
    case 'version':
      return [clientId, name, at.version];
    case 'latest':
      return [clientId, name];
  }
}

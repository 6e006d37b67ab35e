import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import type { Slice } from '../common/pages/page.js';
import { newId } from '../common/uuid.js';
import { inTransaction } from '../database/transaction.js';
import type { DocumentFormat } from './document.entity.js';
import type { PassageDraft } from './passage-splitter.js';
import { INDEX_LEXEME, type Owner } from './terms-vector.js';

/** A document as its owner gives it. */
export interface DocumentInput {
  readonly title: string;
  readonly source: string;
  readonly content: string;
  readonly format: DocumentFormat;
  /** The owner's own id; null: the document replaces none. */
  readonly externalId: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A passage with its terms, ready for the index. */
export interface IndexedPassage extends PassageDraft {
  /** A `tsvector` literal. */
  readonly terms: string;
}

/** A document without its content. */
export interface DocumentSummary extends Omit<DocumentInput, 'content'> {
  readonly id: string;
  readonly passages: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface StoredDocument extends DocumentSummary {
  readonly content: string;
}

export interface SavedDocument {
  readonly id: string;
  /** Whether there was no document of this external id. */
  readonly isNew: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type UnownedScope = Exclude<Owner['scope'], 'client'>;

export interface LoadedDocument {
  /** SHA-256 of the content, in hex. */
  readonly hash: string;
  /** Whether all its passages were indexed by the present rules. */
  readonly isCurrent: boolean;
}

export interface SaveOptions {
  readonly owner: Owner;
  readonly passages: readonly IndexedPassage[];
}

/** Rows of one insert: few enough for a statement of moderate size. */
const PASSAGES_PER_INSERT = 500;

const SUMMARY_COLUMNS = `
  d.id, d.title, d.source, d.format, d.external_id AS "externalId", d.metadata,
  d.created_at AS "createdAt", d.updated_at AS "updatedAt",
  (SELECT count(*)::int FROM passage p WHERE p.document_id = d.id) AS passages`;

/** The stored documents with their passages. */
@Injectable()
export class DocumentRepository {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /**
   * Stores a document and its passages at once, in place of the owner's earlier one of the same external
   * id. Of two that come at the same time the second waits for the first and replaces it.
   */
  async save(document: DocumentInput, options: SaveOptions): Promise<SavedDocument> {
    const saved = await this.store(document, options, '');
    if (!saved) throw new Error('A document that had to be stored was not');
    return saved;
  }

  /** As {@link save}, but null, and nothing done, when the same is stored already. */
  saveIfChanged(document: DocumentInput, options: SaveOptions): Promise<SavedDocument | null> {
    return this.store(document, options, `WHERE ${IS_CHANGED}`);
  }

  /** A client's documents, the newest first, from the one after `afterId` on. */
  list(clientId: string, { afterId, limit }: Slice): Promise<DocumentSummary[]> {
    return this.database.query<DocumentSummary[]>(
      `SELECT ${SUMMARY_COLUMNS} FROM document d
       WHERE d.client_id = $1 AND ($2::uuid IS NULL OR d.id < $2::uuid)
       ORDER BY d.id DESC LIMIT $3`,
      [clientId, afterId, limit],
    );
  }

  async find(clientId: string, id: string): Promise<StoredDocument | null> {
    const [row] = await this.database.query<StoredDocument[]>(
      `SELECT ${SUMMARY_COLUMNS}, d.content FROM document d WHERE d.client_id = $1 AND d.id = $2`,
      [clientId, id],
    );
    return row ?? null;
  }

  /** Whether the client had such a document. */
  async delete(clientId: string, id: string): Promise<boolean> {
    const [, deleted] = await this.database.query<[unknown, number]>(
      'DELETE FROM document WHERE client_id = $1 AND id = $2',
      [clientId, id],
    );
    return deleted > 0;
  }

  /** What is stored of the documents that belong to no client, by external id. One query. */
  async listLoaded(scope: UnownedScope): Promise<Map<string, LoadedDocument>> {
    const rows = await this.database.query<({ externalId: string } & LoadedDocument)[]>(
      `SELECT d.external_id AS "externalId", encode(sha256(convert_to(d.content, 'UTF8')), 'hex') AS hash,
         NOT EXISTS (SELECT FROM passage p WHERE p.document_id = d.id AND NOT p.terms @@ $2::tsquery) AS "isCurrent"
       FROM document d WHERE d.client_id IS NULL AND d.scope = $1 AND d.external_id IS NOT NULL`,
      [scope, `'${INDEX_LEXEME}'`],
    );
    return new Map(rows.map(({ externalId, ...loaded }) => [externalId, loaded]));
  }

  /** Deletes those of the service's own documents that are not among `externalIds`; how many there were. */
  async deleteServiceDocumentsExcept(externalIds: readonly string[]): Promise<number> {
    const [, deleted] = await this.database.query<[unknown, number]>(
      `DELETE FROM document WHERE client_id IS NULL AND scope = 'service' AND NOT (external_id = ANY($1::text[]))`,
      [externalIds],
    );
    return deleted;
  }

  private store(
    document: DocumentInput,
    options: SaveOptions,
    condition: string,
  ): Promise<SavedDocument | null> {
    return inTransaction(this.database, async (manager) => {
      const saved = await upsertDocument(manager, document, { owner: options.owner, condition });
      if (!saved) return null;
      if (!saved.isNew) await deletePassages(manager, saved.id, options.owner);
      for (let first = 0; first < options.passages.length; first += PASSAGES_PER_INSERT) {
        await insertPassages(manager, saved.id, { ...options, first });
      }
      return saved;
    });
  }
}

const COLUMNS = ['title', 'source', 'format', 'content', 'metadata'];
const REPLACEMENTS = COLUMNS.map((column) => `${column} = excluded.${column}`).join(', ');
const IS_CHANGED = `(${COLUMNS.map((column) => `d.${column}`).join(', ')})
  IS DISTINCT FROM (${COLUMNS.map((column) => `excluded.${column}`).join(', ')})`;

async function upsertDocument(
  manager: EntityManager,
  document: DocumentInput,
  { owner, condition }: { owner: Owner; condition: string },
): Promise<SavedDocument | null> {
  const id = newId();
  const { title, source, format, content, externalId, metadata } = document;
  const conflict =
    owner.clientId === null
      ? '(scope, external_id) WHERE client_id IS NULL'
      : '(client_id, external_id) WHERE client_id IS NOT NULL';
  const [row] = await manager.query<{ id: string; created_at: Date; updated_at: Date }[]>(
    `INSERT INTO document AS d (id, client_id, scope, external_id, title, source, format, content, metadata)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb)
     ON CONFLICT ${conflict} DO UPDATE SET ${REPLACEMENTS}, updated_at = now()
     ${condition}
     RETURNING id, created_at, updated_at`,
    [id, owner.clientId, owner.scope, externalId, title, source, format, content, JSON.stringify(metadata)],
  );
  return row
    ? { id: row.id, isNew: row.id === id, createdAt: row.created_at, updatedAt: row.updated_at }
    : null;
}

async function deletePassages(manager: EntityManager, documentId: string, owner: Owner): Promise<void> {
  await manager.query('DELETE FROM passage WHERE document_id = $1 AND client_id IS NOT DISTINCT FROM $2', [
    documentId,
    owner.clientId,
  ]);
}

async function insertPassages(
  manager: EntityManager,
  documentId: string,
  { owner, passages, first }: SaveOptions & { first: number },
): Promise<void> {
  const part = passages.slice(first, first + PASSAGES_PER_INSERT);
  await manager.query(
    `INSERT INTO passage (id, document_id, client_id, scope, position, heading, text, terms)
     SELECT p.id, $1, $2, $3, $4 + p.ordinal - 1, p.heading, p.text, p.terms::tsvector
     FROM unnest($5::uuid[], $6::text[], $7::text[], $8::text[]) WITH ORDINALITY
       AS p(id, heading, text, terms, ordinal)`,
    [
      documentId,
      owner.clientId,
      owner.scope,
      first,
      part.map(() => newId()),
      part.map(({ heading }) => heading),
      part.map(({ text }) => text),
      part.map(({ terms }) => terms),
    ],
  );
}

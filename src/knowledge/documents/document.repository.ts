import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Slice } from '../../common/pages/page.js';
import { type Cut, cutPage } from '../../common/pages/page-cut.js';
import type { DocumentFormat } from './document.entity.js';
import type { PassageDraft } from '../index/passage-splitter.js';
import { INDEX_LEXEME, type Owner } from '../index/terms-vector.js';

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
  /** How many it was cut into. */
  readonly passages: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type UnownedScope = Exclude<Owner['scope'], 'client'>;

export interface LoadedDocument {
  readonly id: string;
  /** SHA-256 of the content, in hex. */
  readonly hash: string;
  /** Whether all its passages were indexed by the present rules. */
  readonly isCurrent: boolean;
}

const SUMMARY_COLUMNS = `
  d.id, d.title, d.source, d.format, d.external_id AS "externalId", d.metadata,
  d.created_at AS "createdAt", d.updated_at AS "updatedAt",
  (SELECT count(*)::int FROM passage p WHERE p.document_id = d.id AND p.edition = d.edition) AS passages`;

const SUMMARY_BYTES =
  'octet_length(d.title) + octet_length(d.source) + coalesce(octet_length(d.external_id), 0) + octet_length(d.metadata::text)';

/** The stored documents with their passages, once they are complete: see `document-writer.repository.ts`. */
@Injectable()
export class DocumentRepository {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** A client's documents, the newest first, from the one after `afterId` on. */
  list(clientId: string, { afterId, limit }: Slice): Promise<Cut<DocumentSummary>[]> {
    const documents = `
      SELECT ${SUMMARY_COLUMNS}, ${SUMMARY_BYTES} AS bytes FROM document d
       WHERE d.client_id = $1 AND d.edition IS NOT NULL AND ($2::uuid IS NULL OR d.id < $2::uuid)
       ORDER BY d.id DESC LIMIT $3`;
    return this.database.query(cutPage(documents, 'id DESC'), [clientId, afterId, limit]);
  }

  async find(clientId: string, id: string): Promise<StoredDocument | null> {
    const [row] = await this.database.query<StoredDocument[]>(
      `SELECT ${SUMMARY_COLUMNS}, d.content FROM document d
       WHERE d.client_id = $1 AND d.id = $2 AND d.edition IS NOT NULL`,
      [clientId, id],
    );
    return row ?? null;
  }

  /** Whether the owner had such a document. */
  async delete({ scope, clientId }: Owner, id: string): Promise<boolean> {
    const [, deleted] = await this.database.query<[unknown, number]>(
      `DELETE FROM document
        WHERE scope = $1 AND client_id IS NOT DISTINCT FROM $2::uuid AND id = $3 AND edition IS NOT NULL`,
      [scope, clientId, id],
    );
    return deleted > 0;
  }

  /** What is stored of the documents that belong to no client, by external id. One query. */
  async listLoaded(scope: UnownedScope): Promise<Map<string, LoadedDocument>> {
    const rows = await this.database.query<({ externalId: string } & LoadedDocument)[]>(
      `SELECT d.id, d.external_id AS "externalId", encode(sha256(convert_to(d.content, 'UTF8')), 'hex') AS hash,
         NOT EXISTS (SELECT FROM passage p WHERE p.document_id = d.id AND p.edition = d.edition AND NOT p.terms @@ $2::tsquery) AS "isCurrent"
       FROM document d WHERE d.client_id IS NULL AND d.scope = $1 AND d.external_id IS NOT NULL AND d.edition IS NOT NULL`,
      [scope, `'${INDEX_LEXEME}'`],
    );
    return new Map(rows.map(({ externalId, ...loaded }) => [externalId, loaded]));
  }
}

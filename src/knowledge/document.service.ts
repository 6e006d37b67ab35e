import { Injectable } from '@nestjs/common';
import { invalidField, notFound } from '../common/errors/app-error.js';
import { isUuid } from '../common/uuid.js';
import {
  type DocumentInput,
  DocumentRepository,
  type DocumentSummary,
  type StoredDocument,
} from './document.repository.js';
import { indexPassages } from './passage-indexer.js';
import type { Owner } from './terms-vector.js';

export interface CreatedDocument {
  readonly document: DocumentSummary;
  /** False: it took the place of the client's earlier document of the same external id. */
  readonly isNew: boolean;
}

export interface DocumentPageRequest {
  /** 1..100. */
  readonly limit: number;
  /** Where the page before ended; absent: the newest documents. */
  readonly cursor?: string | null;
}

export interface DocumentPage {
  readonly documents: readonly DocumentSummary[];
  /** Where the next page begins; null: this is the last. */
  readonly nextCursor: string | null;
}

/** The documents of a client. Another client's do not exist here. */
@Injectable()
export class DocumentService {
  constructor(private readonly documents: DocumentRepository) {}

  /** Stores a document and makes it searchable at once, in place of an earlier one of the same external id. */
  async createDocument(clientId: string, document: DocumentInput): Promise<CreatedDocument> {
    const owner: Owner = { scope: 'client', clientId };
    const passages = await indexPassages(document, owner);
    const { isNew, ...stored } = await this.documents.save(document, { owner, passages });
    return { document: { ...document, ...stored, passages: passages.length }, isNew };
  }

  /**
   * A client's documents without their content, the newest first.
   * @throws AppError `validation_failed` for a cursor that was not given out
   */
  async listDocuments(
    clientId: string,
    { limit, cursor = null }: DocumentPageRequest,
  ): Promise<DocumentPage> {
    if (cursor !== null && !isUuid(cursor))
      throw invalidField('?cursor', 'must be a next_cursor of an earlier page');
    // One more than wanted tells whether there is a next page.
    const found = await this.documents.list(clientId, { afterId: cursor, limit: limit + 1 });
    const documents = found.slice(0, limit);
    return { documents, nextCursor: found.length > limit ? (documents.at(-1)?.id ?? null) : null };
  }

  /** @throws AppError `not_found` */
  async getDocument(clientId: string, id: string): Promise<StoredDocument> {
    const document = isUuid(id) ? await this.documents.find(clientId, id) : null;
    if (!document) throw notFound('document');
    return document;
  }

  /**
   * Deletes a document and its passages.
   * @throws AppError `not_found`
   */
  async deleteDocument(clientId: string, id: string): Promise<void> {
    if (!isUuid(id) || !(await this.documents.delete(clientId, id))) throw notFound('document');
  }
}

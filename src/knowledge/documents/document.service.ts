import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { notFound } from '../../common/errors/app-error.js';
import { type Page, type PageRequest, readPage } from '../../common/pages/page.js';
import { isUuid } from '../../common/uuid.js';
import { summarizeDatabaseError } from '../../database/database-error.js';
import { DocumentWriterRepository } from './document-writer.repository.js';
import {
  type DocumentInput,
  DocumentRepository,
  type DocumentSummary,
  type StoredDocument,
} from './document.repository.js';
import { Retriever } from '../retriever.js';

export interface CreatedDocument {
  readonly document: DocumentSummary;
  /** False: it took the place of the client's earlier document of the same external id. */
  readonly isNew: boolean;
}

/** The documents of a client. Another client's do not exist here. */
@Injectable()
export class DocumentService implements OnApplicationBootstrap {
  private readonly logger = new Logger(DocumentService.name);

  constructor(
    private readonly documents: DocumentRepository,
    private readonly writer: DocumentWriterRepository,
    private readonly retriever: Retriever,
  ) {}

  /** Leftover invisible rows do not stop the start. */
  async onApplicationBootstrap(): Promise<void> {
    await this.writer.deleteAbandoned().catch((error: unknown) => {
      this.logger.warn(`Unfinished documents were not deleted: ${summarizeDatabaseError(error)}`);
    });
  }

  /**
   * Stores a document and makes it searchable at once, in place of an earlier one of the same external id.
   * @param signal aborted: the caller has gone, and nothing is stored
   * @throws AppError as {@link Retriever.index}
   */
  async createDocument(
    clientId: string,
    document: DocumentInput,
    signal?: AbortSignal,
  ): Promise<CreatedDocument> {
    const saved = await this.retriever.index({ document, owner: { scope: 'client', clientId }, signal });
    if (!saved) throw new Error('A document that had to be stored was not');
    const { isNew, ...stored } = saved;
    return { document: { ...document, ...stored }, isNew };
  }

  /** A client's documents without their content, the newest first. */
  listDocuments(clientId: string, page: PageRequest): Promise<Page<DocumentSummary>> {
    return readPage(page, (slice) => this.documents.list(clientId, slice));
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
    if (!isUuid(id) || !(await this.retriever.remove({ scope: 'client', clientId }, id)))
      throw notFound('document');
  }
}

import type { Page } from '../../common/pages/page.js';
import type { DocumentMetadata } from './document-metadata.js';
import type { DocumentSummary, StoredDocument } from './document.repository.js';
import type { StoredDocumentDto, StoredDocumentWithContentDto, DocumentListDto } from './document.dto.js';

export function toDocumentDto(document: DocumentSummary): StoredDocumentDto {
  const { id, title, source, format, externalId, metadata, passages, createdAt, updatedAt } = document;
  return {
    id,
    title,
    source,
    format,
    external_id: externalId,
    metadata: metadata as DocumentMetadata,
    passages,
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
  };
}

export function toDocumentWithContentDto(document: StoredDocument): StoredDocumentWithContentDto {
  return { ...toDocumentDto(document), content: document.content };
}

export function toDocumentListDto({ items, nextCursor }: Page<DocumentSummary>): DocumentListDto {
  return { documents: items.map(toDocumentDto), next_cursor: nextCursor };
}

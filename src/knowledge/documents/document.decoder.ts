import type { DocumentInput } from './document.repository.js';
import type { CreateDocumentRequestDto } from './document.dto.js';

export function toDocumentInput(body: CreateDocumentRequestDto): DocumentInput {
  const { title, source, content, format, external_id, metadata } = body;
  return {
    title,
    source,
    content,
    format: format ?? 'markdown',
    externalId: external_id ?? null,
    metadata: metadata ?? {},
  };
}

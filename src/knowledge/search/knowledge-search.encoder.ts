import type { FoundPassage } from '../retriever.js';
import type { FoundPassagesDto } from './knowledge-search.dto.js';

export function toFoundPassagesDto(passages: readonly FoundPassage[]): FoundPassagesDto {
  return {
    passages: passages.map(({ text, title, source, heading, score, documentId, metadata }) => ({
      text,
      title,
      source,
      heading: heading ?? null,
      score,
      document_id: documentId,
      metadata,
    })),
  };
}

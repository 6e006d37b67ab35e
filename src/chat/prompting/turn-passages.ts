import type { FoundPassage, Retriever } from '../../knowledge/retriever.js';
import type { Source } from '../domain/turn-event.js';

/** Passages that go into a prompt. */
const PASSAGES = 4;

/** A question whose passages are wanted, and the model that is to read them. */
export interface QuestionSearch {
  readonly clientId: string;
  readonly question: string;
  readonly model: { readonly builtin: boolean };
  /** As of a `SearchRequest`. */
  readonly isAccepted?: boolean;
  readonly signal?: AbortSignal;
}

/** The passages that a question's prompt is made with, best first. */
export function searchPassages(
  retriever: Retriever,
  { clientId, question, model, isAccepted, signal }: QuestionSearch,
): Promise<FoundPassage[]> {
  return retriever.search({
    clientId,
    query: question,
    limit: PASSAGES,
    includeServiceDocumentation: model.builtin,
    isAccepted,
    signal,
  });
}

export function toSource({
  text,
  title,
  source,
  heading,
  documentId,
  score,
  metadata,
}: FoundPassage): Source {
  const known = { source, title, document_id: documentId, score, ...(heading !== undefined && { heading }) };
  return { text, metadata: { ...metadata, ...known } };
}

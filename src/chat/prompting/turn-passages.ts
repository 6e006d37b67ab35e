import { toOneLine } from '../../common/text/one-line.js';
import type { FoundPassage, Retriever } from '../../knowledge/retriever.js';
import type { Source } from '../domain/turn-event.js';

/** Passages that go into a prompt. */
const PASSAGES = 4;

/**
 * Line ends as a model, or Python's `splitlines`, may read them: LF, CR, vertical tab, form feed, U+001C to U+001E, U+0085,
 * U+2028 and U+2029.
 */
const LINE_END = /\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/;

/** Of a source's name, in characters: it may be a URL with a long query. */
const MAX_SOURCE_LENGTH = 300;

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

/**
 * The passages of a prompt, numbered as an answer cites them: `[1] (source)`, and below it the text, each line behind
 * `> `. So no passage can hold a line that looks like the head of a further one, or like the end of its own.
 */
export function writePassages(sources: readonly Source[]): string {
  return sources.map(writePassage).join('\n\n');
}

function writePassage({ text, metadata }: Source, index: number): string {
  const source = toOneLine(metadata.source).slice(0, MAX_SOURCE_LENGTH).toWellFormed();
  const lines = text.split(LINE_END).map((line) => `> ${line}`.trimEnd());
  return [`[${index + 1}] (${source})`, ...lines].join('\n');
}

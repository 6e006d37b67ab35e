import type { DocumentInput, SavedDocument } from './documents/document.repository.js';
import type { Owner } from './index/terms-vector.js';

/** A piece of a document that was found for a question. */
export interface FoundPassage {
  readonly text: string;
  /** The document's title. */
  readonly title: string;
  /** Where the text comes from: a path, a URL, a name. Never empty. */
  readonly source: string;
  /** The headings above the chunk, outermost first, joined by ` > `; absent where there is none. */
  readonly heading?: string;
  readonly documentId: string;
  /** Comparable within one search only; larger is better; always above 0. */
  readonly score: number;
  /** What the document's owner stored with it. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface SearchRequest {
  readonly clientId: string;
  readonly query: string;
  /** 1..50. */
  readonly limit: number;
  /** Search the service's own documentation too: for the built-in model only. */
  readonly includeServiceDocumentation?: boolean;
  /** For a turn that was accepted: it waits for the client's other searches, however long they take. */
  readonly isAccepted?: boolean;
  /** Aborted: the search no longer waits for its place. */
  readonly signal?: AbortSignal;
}

/** A document that is to be found, and whose it is. */
export interface IndexRequest {
  readonly document: DocumentInput;
  readonly owner: Owner;
  /** Change nothing when the same document is stored already. */
  readonly onlyIfChanged?: boolean;
  /** Aborted: nothing is stored, and the earlier document stays. */
  readonly signal?: AbortSignal;
}

/**
 * Where documents are kept and found. A further search engine implements all of it: what it finds is what it was
 * given, and what was removed is found no more.
 */
export abstract class Retriever {
  /**
   * Passages of the documents that the client may read, best first. An empty list is a normal answer.
   * @throws AppError `too_many_requests` when the client's own searches hold its share for too long
   * @throws AppError `bad_request` when the request's signal is aborted
   */
  abstract search(request: SearchRequest): Promise<FoundPassage[]>;

  /**
   * Makes a document findable, all of it at once, in place of the owner's earlier one of the same external id.
   * @returns null: the same is stored already
   * @throws AppError `conflict`: the earlier one was deleted meanwhile
   * @throws AppError `bad_request` when the request's signal is aborted
   */
  abstract index(request: IndexRequest): Promise<SavedDocument | null>;

  /** Removes a document and its passages. Whether the owner had it. */
  abstract remove(owner: Owner, documentId: string): Promise<boolean>;
}

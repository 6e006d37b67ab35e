/** A piece of a document that was found for a question. */
export interface FoundPassage {
  readonly text: string;
  /** The document's title. */
  readonly title: string;
  /** Where the text comes from: a path, a URL, a name. Never empty. */
  readonly source: string;
  /** The headings above the passage, outermost first, joined by ` > `; absent where there is none. */
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
}

/** Finds passages among the documents a client may read, best first. An empty list is a normal answer. */
export abstract class Retriever {
  abstract search(request: SearchRequest): Promise<FoundPassage[]>;
}

import type { DocumentFormat } from '../../documents/document.entity.js';

/** The text of a file, as it is cut into passages. */
export interface ParsedDocument {
  readonly format: DocumentFormat;
  readonly content: string;
  /** The file's title; undefined: it has none, and the file's name replaces it. */
  readonly title?: string;
}

/** Reads the files of one kind. A further kind is one more implementation, and its entry in `parsers.ts`. */
export interface DocumentParser {
  /** The endings of the files' names, in lower case, with their dot. */
  readonly endings: readonly string[];
  /** The largest file that it reads, in bytes: a larger file is reported and not opened. */
  readonly maxBytes: number;
  /**
   * @param bytes the file
   * @throws UnreadableFileError
   */
  parse(bytes: Uint8Array): Promise<ParsedDocument>;
}

/** Why a file cannot be read, in words that follow its path: `guide.md is not UTF-8`. */
export class UnreadableFileError extends Error {
  constructor(fault: string, options?: ErrorOptions) {
    super(fault, options);
    this.name = 'UnreadableFileError';
  }
}

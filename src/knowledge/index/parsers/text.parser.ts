import { isUtf8 } from 'node:buffer';
import { type DocumentParser, type ParsedDocument, UnreadableFileError } from './document-parser.js';

/** Plain text in UTF-8, with or without a byte order mark. */
export const textParser: DocumentParser = {
  endings: ['.txt'],
  parse: (bytes): Promise<ParsedDocument> =>
    Promise.resolve().then(() => ({ format: 'text', content: decodeUtf8(bytes) })),
};

/** @throws UnreadableFileError */
export function decodeUtf8(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new UnreadableFileError('is not UTF-8');
  return new TextDecoder().decode(bytes);
}

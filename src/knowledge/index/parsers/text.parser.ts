import { isUtf8 } from 'node:buffer';
import { MAX_CONTENT_CHARACTERS } from '../../documents/document-limits.js';
import { type DocumentParser, type ParsedDocument, UnreadableFileError } from './document-parser.js';

/** More bytes than any content of the permitted length has. */
export const MAX_TEXT_BYTES = 4 * MAX_CONTENT_CHARACTERS;

/** Plain text in UTF-8, with or without a byte order mark. */
export const textParser: DocumentParser = {
  endings: ['.txt'],
  maxBytes: MAX_TEXT_BYTES,
  parse: (bytes): Promise<ParsedDocument> =>
    Promise.resolve().then(() => ({ format: 'text', content: decodeUtf8(bytes) })),
};

/** @throws UnreadableFileError */
export function decodeUtf8(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new UnreadableFileError('is not UTF-8');
  return new TextDecoder().decode(bytes);
}

import { extname } from 'node:path';
import type { DocumentParser } from './document-parser.js';
import { markdownParser } from './markdown.parser.js';
import { textParser } from './text.parser.js';

/** The kinds of files that can be loaded. */
const PARSERS: readonly DocumentParser[] = [markdownParser, textParser];

/** Who reads the file of this name; undefined: it is of no known kind. */
export function parserOf(path: string): DocumentParser | undefined {
  const ending = extname(path).toLowerCase();
  return PARSERS.find(({ endings }) => endings.includes(ending));
}

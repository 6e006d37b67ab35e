import { blocksOf } from '../../../common/text/markdown-blocks.js';
import type { DocumentParser, ParsedDocument } from './document-parser.js';
import { decodeUtf8, MAX_TEXT_BYTES } from './text.parser.js';

/** Markdown in UTF-8; its first heading is its title. */
export const markdownParser: DocumentParser = {
  endings: ['.md'],
  maxBytes: MAX_TEXT_BYTES,
  parse: (bytes): Promise<ParsedDocument> =>
    Promise.resolve().then(() => {
      const content = decodeUtf8(bytes);
      return { format: 'markdown', content, title: firstHeading(content) };
    }),
};

function firstHeading(content: string): string | undefined {
  const heading = blocksOf(content).find((block) => block.kind === 'heading' && block.heading.title !== '');
  return heading?.kind === 'heading' ? heading.heading.title : undefined;
}

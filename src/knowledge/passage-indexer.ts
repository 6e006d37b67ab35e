import { setImmediate } from 'node:timers/promises';
import type { DocumentInput, IndexedPassage } from './document.repository.js';
import { splitDocument } from './passage-splitter.js';
import { type Owner, toTermsVector } from './terms-vector.js';

/** About 10 ms of work. */
const PASSAGES_PER_BREATH = 25;

/**
 * Cuts a document into passages and finds their terms. Lets the event loop breathe in between: the terms
 * of a document of a million characters take some 300 ms, in which no answer would stream.
 */
export async function indexPassages(
  { content, format, title }: Pick<DocumentInput, 'content' | 'format' | 'title'>,
  owner: Owner,
): Promise<IndexedPassage[]> {
  const indexed: IndexedPassage[] = [];
  for (const { heading, text } of splitDocument(content, format, title)) {
    if (indexed.length % PASSAGES_PER_BREATH === PASSAGES_PER_BREATH - 1) await setImmediate();
    indexed.push({ heading, text, terms: toTermsVector({ title, heading, text }, owner) });
  }
  return indexed;
}

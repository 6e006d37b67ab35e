import type { DocumentInput, IndexedPassage } from './document.repository.js';
import { splitSteps } from './passage-splitter.js';
import { type Owner, toTermsVector } from './terms-vector.js';

/**
 * Cuts a document into passages and finds their terms, `size` passages at a time. The terms of a document of a million
 * characters take some 300 ms, so the work is to be done in slices: undefined where it may pause.
 */
export function* indexSteps(
  { content, format, title }: Pick<DocumentInput, 'content' | 'format' | 'title'>,
  owner: Owner,
): Generator<undefined, IndexedPassage[]> {
  const indexed: IndexedPassage[] = [];
  for (const draft of splitSteps(content, format, title)) {
    if (draft) indexed.push({ ...draft, terms: toTermsVector({ title, ...draft }, owner) });
    yield undefined;
  }
  return indexed;
}

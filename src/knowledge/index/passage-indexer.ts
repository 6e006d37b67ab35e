import { callerLeft } from '../../common/errors/app-error.js';
import { inSlices } from '../../common/work/time-slices.js';
import type { DocumentInput, IndexedPassage } from '../documents/document.repository.js';
import { splitSteps } from './passage-splitter.js';
import { type Owner, toTermsVector } from './terms-vector.js';

/** Few enough for a statement of some 10 ms, and for a moderate piece of memory. */
const PASSAGES_PER_BATCH = 50;

/**
 * Cuts a document into passages and finds their terms, a batch at a time. The terms of a document of a million
 * characters take some 300 ms, and ten times its memory: they are made in slices, and when they are asked for.
 * @throws AppError `bad_request` when `signal` is aborted
 */
export async function* indexInBatches(
  { content, format, title }: Pick<DocumentInput, 'content' | 'format' | 'title'>,
  owner: Owner,
  signal?: AbortSignal,
): AsyncGenerator<readonly IndexedPassage[], void> {
  const drafts = splitSteps(content, format, title);
  for (;;) {
    const batch = await inSlices(indexSome(drafts, owner));
    if (signal?.aborted) throw callerLeft();
    if (batch.length > 0) yield batch;
    if (batch.length < PASSAGES_PER_BATCH) return;
  }
}

function* indexSome(
  drafts: ReturnType<typeof splitSteps>,
  owner: Owner,
): Generator<undefined, IndexedPassage[]> {
  const batch: IndexedPassage[] = [];
  while (batch.length < PASSAGES_PER_BATCH) {
    const { value: draft, done } = drafts.next();
    if (done) break;
    if (draft) batch.push({ ...draft, terms: toTermsVector(draft, owner) });
    yield undefined;
  }
  return batch;
}

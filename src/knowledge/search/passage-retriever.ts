import { Injectable } from '@nestjs/common';
import { toOneLine } from '../../common/text/one-line.js';
import { queryTermSteps } from '../../common/text/terms.js';
import { inSlices } from '../../common/work/time-slices.js';
import { DocumentWriterRepository } from '../documents/document-writer.repository.js';
import { DocumentRepository, type SavedDocument } from '../documents/document.repository.js';
import { headingAnchor } from '../index/heading-anchor.js';
import { indexInBatches } from '../index/passage-indexer.js';
import type { Owner } from '../index/terms-vector.js';
import { type FoundPassage, type IndexRequest, Retriever, type SearchRequest } from '../retriever.js';
import { type PassageCandidate, PassageRepository } from './passage.repository.js';
import { type RankedPassage, rankPassages } from './ranking.js';

/** Candidates for each passage that is wanted, so that the ranking has something to choose from. */
const CANDIDATES_PER_PASSAGE = 8;

/** Keeps passages in the database, and finds them by the terms they share with a question. */
@Injectable()
export class PassageRetriever extends Retriever {
  constructor(
    private readonly passages: PassageRepository,
    private readonly documents: DocumentRepository,
    private readonly writer: DocumentWriterRepository,
  ) {
    super();
  }

  override async search({
    clientId,
    query,
    limit,
    includeServiceDocumentation = false,
  }: SearchRequest): Promise<FoundPassage[]> {
    const terms = await inSlices(queryTermSteps(query));
    if (terms.length === 0) return [];
    const matches = await this.passages.findMatches({
      clientId,
      includeServiceDocumentation,
      terms,
      limit: limit * CANDIDATES_PER_PASSAGE,
    });
    return rankPassages({ text: query, terms }, matches).slice(0, limit).map(toFoundPassage);
  }

  override index({ document, owner, onlyIfChanged, signal }: IndexRequest): Promise<SavedDocument | null> {
    const batches = indexInBatches(document, owner, signal);
    return this.writer.save(document, { owner, batches, onlyIfChanged });
  }

  override remove(owner: Owner, documentId: string): Promise<boolean> {
    return this.documents.delete(owner, documentId);
  }
}

function toFoundPassage({ candidate, score }: RankedPassage): FoundPassage {
  const { text, title, heading, documentId, metadata } = candidate;
  return {
    text,
    // Names stand in lines of prompts and answers; what they are stored as may have line ends.
    title: nameOf(title),
    source: nameOf(sourceOf(candidate)),
    ...(heading !== null && { heading: nameOf(heading) }),
    documentId,
    score: Math.max(Number(score.toFixed(4)), 0.0001),
    metadata,
  };
}

/** Never empty: a title may be a line end and nothing else. */
function nameOf(text: string): string {
  return toOneLine(text) || '-';
}

/** A file of the service's own documentation is named down to the heading, as a link to it would be. */
function sourceOf({ source, scope, heading }: PassageCandidate): string {
  return scope === 'service' && heading !== null ? `${source}#${headingAnchor(heading)}` : source;
}

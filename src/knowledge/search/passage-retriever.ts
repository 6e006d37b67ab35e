import { Injectable } from '@nestjs/common';
import { toOneLine } from '../../common/text/one-line.js';
import { queryTermSteps } from '../../common/text/terms.js';
import { inSlices } from '../../common/work/time-slices.js';
import { headingAnchor } from '../index/heading-anchor.js';
import type { PassageCandidate } from './passage.repository.js';
import { PassageRepository } from './passage.repository.js';
import { type RankedPassage, rankPassages } from './ranking.js';
import { type FoundPassage, Retriever, type SearchRequest } from '../retriever.js';

/** Candidates for each passage that is wanted, so that the ranking has something to choose from. */
const CANDIDATES_PER_PASSAGE = 8;

/** Finds passages by the terms they share with a question. */
@Injectable()
export class PassageRetriever extends Retriever {
  constructor(private readonly passages: PassageRepository) {
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

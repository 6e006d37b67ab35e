import { hasCjk, widthOf } from '../../common/text/script.js';
import type { QueryTerm } from '../../common/text/terms.js';
import type { PassageCandidate, PassageMatches } from './passage.repository.js';

export interface RankedPassage {
  readonly candidate: PassageCandidate;
  /** Above 0; larger is better. */
  readonly score: number;
}

interface Question {
  readonly text: string;
  /** As the matches' ranks are ordered. */
  readonly terms: readonly QueryTerm[];
}

/** A passage must have this share of what the question asks about … */
const MIN_COVERAGE = 0.3;
/** … or, of a long question, this much: about two rare terms. */
const SUFFICIENT_EVIDENCE = 1.6;
/** What a passage in another script than the question's is worth. */
const OTHER_SCRIPT = 0.4;
/** What is worth less than this share of the best would only distract from it. */
const MIN_SHARE_OF_BEST = 0.2;
/** The service's own documentation gives way to a team's documents that say as much. */
const SERVICE_DOCUMENTATION = 0.95;

/**
 * The passages that answer the question, best first. What counts is how much of the question a passage
 * covers, a term the more the rarer it is among the passages that the caller may read, and the more
 * prominent its place. What shares only a common word with the question is left out. Deterministic:
 * equal scores are ordered by source and position.
 */
export function rankPassages({ text, terms }: Question, matches: PassageMatches): RankedPassage[] {
  const informations = terms.map(({ weight }, index) => weight * rarity(matches, index));
  const asked = sum(terms.map(({ isOptional }, index) => (isOptional ? 0 : (informations[index] ?? 0))));
  const isCjk = hasCjk(text);
  const ranked: RankedPassage[] = [];
  for (const candidate of matches.candidates) {
    const covered = sum(informations.map((value, index) => (candidate.ranks[index] ? value : 0)));
    const coverage = asked > 0 ? Math.min(1, covered / asked) : 1;
    if (coverage < MIN_COVERAGE && covered < SUFFICIENT_EVIDENCE) continue;
    const evidence = sum(informations.map((value, index) => value * (candidate.ranks[index] ?? 0)));
    const script = isMostlyCjk(candidate.text) === isCjk ? 1 : OTHER_SCRIPT;
    const scope = candidate.scope === 'service' ? SERVICE_DOCUMENTATION : 1;
    ranked.push({ candidate, score: evidence * (0.3 + 0.7 * coverage) * script * scope });
  }
  const [best] = ranked.sort(byScore);
  return ranked.filter(({ score }) => score >= MIN_SHARE_OF_BEST * (best?.score ?? 0));
}

/** 1 for a term that no passage has, towards 0 for a term that all have. */
function rarity({ readable, found }: PassageMatches, index: number): number {
  const having = found[index] ?? 0;
  const all = Math.max(readable, having) + 1;
  return Math.log(1 + all / (1 + having)) / Math.log(1 + all);
}

function byScore(a: RankedPassage, b: RankedPassage): number {
  return (
    b.score - a.score ||
    compare(a.candidate.source, b.candidate.source) ||
    a.candidate.position - b.candidate.position ||
    compare(a.candidate.documentId, b.candidate.documentId)
  );
}

/** By code units, the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Whether a tenth of a passage or more is Chinese: code and names in it are Latin. */
function isMostlyCjk(text: string): boolean {
  return hasCjk(text) && widthOf(text) > 1.1 * text.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

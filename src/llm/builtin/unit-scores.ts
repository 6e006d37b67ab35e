import { documentTerms, type QueryTerm, queryTerms } from '../../common/text/terms.js';
import type { SourcePassage } from '../completion.js';
import { type AnswerUnit, unitsOf } from './answer-units.js';

/** A unit and how well it answers the question. */
export interface ScoredUnit extends AnswerUnit {
  /** Which passage it stands in, and where there; both count from 0. */
  readonly passage: number;
  readonly position: number;
  /** 0: it shares nothing with the question. */
  readonly score: number;
}

interface ReadUnit extends AnswerUnit {
  readonly passage: number;
  readonly position: number;
  readonly terms: ReadonlySet<string>;
  /** The terms of what stands above it: title and headings. */
  readonly context: ReadonlySet<string>;
}

/** What the headings above say counts for each unit below them, the less the further down it stands. */
const CONTEXT_WEIGHT = 0.6;
const CONTEXT_FADING = 0.35;
/** The passages come in the order of their fitness. */
const PASSAGE_FADING = 0.85;

/** Every quotable unit of the passages with its score, in their order. */
export function scoreUnits(question: string, passages: readonly SourcePassage[]): ScoredUnit[] {
  const terms = queryTerms(question);
  const units = passages.flatMap(readPassage);
  const worths = terms.map((term) => term.weight * rarity(term, units));
  const worthOf = (isHit: (term: QueryTerm) => boolean) =>
    terms.reduce((sum, term, index) => (isHit(term) ? sum + (worths[index] ?? 0) : sum), 0);
  return units.map(({ terms: own, context, ...unit }) => {
    const said = worthOf((term) => stands(term, own));
    const implied = worthOf((term) => !stands(term, own) && stands(term, context));
    const fading = PASSAGE_FADING ** unit.passage;
    return {
      ...unit,
      score: fading * (said + (CONTEXT_WEIGHT * implied) / (1 + CONTEXT_FADING * unit.position)),
    };
  });
}

function readPassage({ text, title }: SourcePassage, passage: number): ReadUnit[] {
  const { headings, units } = unitsOf(text);
  const context = new Set(documentTerms([title, ...headings].join('\n')));
  return units.map((unit, position) => {
    return { ...unit, passage, position, context, terms: new Set(documentTerms(unit.text)) };
  });
}

/** 1 for a term in one unit, less for one in many; a term of the headings alone is as rare as can be. */
function rarity(term: QueryTerm, units: readonly ReadUnit[]): number {
  const having = units.filter((unit) => stands(term, unit.terms)).length;
  return 1 / (1 + Math.log(Math.max(1, having)));
}

function stands({ term, isPrefix }: QueryTerm, terms: ReadonlySet<string>): boolean {
  return isPrefix ? [...terms].some((known) => known.startsWith(term)) : terms.has(term);
}

import { hasCjk, widthOf } from '../../common/text/script.js';
import { documentTerms, type QueryTerm, queryTermSteps } from '../../common/text/terms.js';
import type { SourcePassage } from '../completion.js';
import { type AnswerUnit, unitsOf } from './answer-units.js';

/** A unit and how well it answers the question. */
export interface ScoredUnit extends AnswerUnit {
  /** Its passage, and its place there; both count from 0. */
  readonly passage: number;
  readonly position: number;
  /** 0: it shares nothing with the question. */
  readonly score: number;
}

interface ReadUnit extends AnswerUnit {
  readonly passage: number;
  readonly position: number;
  readonly terms: ReadonlySet<string>;
  /** The terms above it: title, headings, a table's head. */
  readonly context: ReadonlySet<string>;
}

/** The text above counts for each unit below it, the less the further down the unit is. */
const CONTEXT_WEIGHT = 0.6;
const CONTEXT_FADING = 0.35;
/** The passages come in the order of their fitness. */
const PASSAGE_FADING = 0.85;
/** What is said in the other language than the question is for want of better. */
const OTHER_LANGUAGE = 0.35;
/** From this width on a unit says less for its length. */
const SHORT_WIDTH = 160;

/** Every quotable unit of the passages with its score, in their order; undefined where the work may pause. */
export function* scoreUnits(
  question: string,
  passages: readonly SourcePassage[],
): Generator<undefined, ScoredUnit[]> {
  const terms = yield* queryTermSteps(question);
  const units: ReadUnit[] = [];
  for (const [index, passage] of passages.entries()) units.push(...(yield* readPassage(passage, index)));
  const worths = terms.map((term) => term.weight * rarity(term, units));
  const worthOf = (isHit: (term: QueryTerm) => boolean) =>
    terms.reduce((sum, term, index) => (isHit(term) ? sum + (worths[index] ?? 0) : sum), 0);
  return units.map(({ terms: own, context, ...unit }) => {
    const said = worthOf((term) => stands(term, own));
    const implied = worthOf((term) => !stands(term, own) && stands(term, context));
    const fitting = PASSAGE_FADING ** unit.passage * (isForeign(unit, question) ? OTHER_LANGUAGE : 1);
    const lead = CONTEXT_WEIGHT / (1 + CONTEXT_FADING * unit.position);
    return { ...unit, score: fitting * (said * brevity(unit) + implied * lead) };
  });
}

function* readPassage({ text, title }: SourcePassage, passage: number): Generator<undefined, ReadUnit[]> {
  const { headings, units } = unitsOf(text);
  const above = [title, ...headings].join('\n');
  // A passage of a thousand short rows has few different heads.
  const contexts = new Map<string, ReadonlySet<string>>();
  const read: ReadUnit[] = [];
  for (const [position, unit] of units.entries()) {
    const context = contexts.get(unit.head) ?? new Set(documentTerms(`${above}\n${unit.head}`));
    contexts.set(unit.head, context);
    read.push({ ...unit, passage, position, context, terms: new Set(documentTerms(unit.text)) });
    yield undefined;
  }
  return read;
}

/** 1 for a term in one unit, less for one in many; a term of the headings alone is as rare as can be. */
function rarity(term: QueryTerm, units: readonly ReadUnit[]): number {
  const having = units.filter((unit) => stands(term, unit.terms)).length;
  return 1 / (1 + Math.log(Math.max(1, having)));
}

/** A long unit has every word somewhere. */
function brevity({ text }: AnswerUnit): number {
  return 1 / (1 + 0.25 * Math.log2(Math.max(1, widthOf(text) / SHORT_WIDTH)));
}

/** Code is of no language. */
function isForeign({ kind, text }: AnswerUnit, question: string): boolean {
  return hasCjk(question) ? kind !== 'fence' && !hasCjk(text) : hasCjk(text);
}

function stands({ term, isPrefix }: QueryTerm, terms: ReadonlySet<string>): boolean {
  return isPrefix ? [...terms].some((known) => known.startsWith(term)) : terms.has(term);
}

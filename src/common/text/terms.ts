import { atOnce } from '../work/time-slices.js';
import { englishStem } from './english-stem.js';
import { isStopWord } from './stop-words.js';
import { type Word, wordsOf } from './words.js';

/** What a question is searched by. */
export interface QueryTerm {
  readonly term: string;
  /** How much it says about the question, above 0 and at most 1. */
  readonly weight: number;
  /** Good to find, but not required: a part of a longer word, or two words' touching ends. */
  readonly isOptional: boolean;
  /** Matches every term that begins with it. */
  readonly isPrefix: boolean;
}

/** No word that is worth finding is longer; a line of base64 is not. In characters. */
const MAX_TERM_LENGTH = 64;
/** Of a question, in characters: read at a time, some milliseconds of work; and read at all, once normalised. */
const PART_LENGTH = 250;
const MAX_READ = 40_000;
const PART_WEIGHT = 0.3;
const SINGLE_CHARACTER_WEIGHT = 0.3;
const INNER_PAIR_WEIGHT = 0.6;

/**
 * The terms that `text` is found by, in its order, repetitions included. English words are stemmed;
 * Chinese, Japanese and Korean text gives its pairs of neighbouring characters, because a dictionary may cut
 * the same word in two ways (`数据库`, `数据|库`) and pairs are the same either way.
 */
export function documentTerms(text: string): string[] {
  const terms: string[] = [];
  let run = '';
  for (const word of wordsOf(text)) {
    if (!word.isJoined) {
      terms.push(...pairsOfRun(run));
      run = '';
    }
    if (word.isCjk) run += word.text;
    else if (!isStopWord(plain(word.text))) terms.push(...spellings(word.text));
  }
  return [...terms, ...pairsOfRun(run)];
}

/**
 * The at most `limit` terms that say most about a question: those it repeats, then those it begins with.
 * Words that every question has (`how`, `please`, `怎么`) are none. Comparable with `documentTerms`.
 */
export function queryTerms(question: string, limit = 48): QueryTerm[] {
  return atOnce(queryTermSteps(question, limit));
}

/** The same as {@link queryTerms}, undefined where the work may pause. */
export function* queryTermSteps(question: string, limit = 48): Generator<undefined, QueryTerm[]> {
  const found = new Map<string, { term: QueryTerm; count: number }>();
  for (const part of partsToRead(question)) {
    for (const term of candidateTerms(wordsOf(part))) {
      const known = found.get(term.term);
      const best = known && known.term.weight >= term.weight ? known.term : term;
      found.set(term.term, { term: best, count: (known?.count ?? 0) + 1 });
    }
    yield undefined;
  }
  return [...found.values()]
    .sort((a, b) => b.count * b.term.weight - a.count * a.term.weight)
    .slice(0, limit)
    .map(({ term }) => term);
}

/**
 * A question in parts that are read at a time, cut at white space where there is some. No more of it than
 * {@link MAX_READ} once normalised: one character (U+FDFA) may stand for eighteen.
 */
function* partsToRead(question: string): Generator<string, void> {
  let read = 0;
  for (let start = 0; start < question.length && read < MAX_READ;) {
    const part = question.slice(start, start + PART_LENGTH);
    const space = start + PART_LENGTH < question.length ? part.search(/\s\S*$/) : -1;
    const end = space > 0 ? space : part.length;
    // Half a character normalises to itself, and is no word.
    const normalised = part.slice(0, end).normalize('NFKC');
    read += normalised.length;
    yield normalised;
    start += end;
  }
}

function* candidateTerms(words: readonly Word[]): Iterable<QueryTerm> {
  let previous: Word | undefined;
  for (const word of words) {
    const isStop = isStopWord(plain(word.text));
    if (!isStop) yield* word.isCjk ? cjkTerms(word.text) : wordTerms(word.text);
    if (!isStop && word.isJoined && previous) yield touchingEnds(previous.text, word.text);
    previous = isStop ? undefined : word;
  }
}

function cjkTerms(word: string): QueryTerm[] {
  const pairs = pairsOf(word);
  if (pairs.length === 0) {
    return [{ term: word, weight: SINGLE_CHARACTER_WEIGHT, isOptional: false, isPrefix: true }];
  }
  const weight = pairs.length === 1 ? 1 : INNER_PAIR_WEIGHT;
  return pairs.map((term) => ({ term, weight, isOptional: false, isPrefix: false }));
}

function wordTerms(word: string): QueryTerm[] {
  const [whole, ...parts] = spellings(word);
  if (whole === undefined) return [];
  return [
    { term: whole, weight: 1, isOptional: false, isPrefix: false },
    ...parts.map((term) => ({ term, weight: PART_WEIGHT, isOptional: true, isPrefix: false })),
  ];
}

function touchingEnds(before: string, after: string): QueryTerm {
  const term = ([...before].at(-1) ?? '') + ([...after][0] ?? '');
  return { term, weight: PART_WEIGHT, isOptional: true, isPrefix: false };
}

/** Every pair of a run, and its last character: every character begins a term, so that one alone is found. */
function pairsOfRun(run: string): string[] {
  const last = [...run].at(-1);
  return last === undefined ? [] : [...pairsOf(run), last];
}

function pairsOf(run: string): string[] {
  const characters = [...run];
  return characters.slice(1).map((character, index) => (characters[index] ?? '') + character);
}

/** A word's stem and, where it is joined of several (`llm_base_url`, `node.js`), those of its parts. */
function spellings(word: string): string[] {
  const whole = plain(word);
  const parts = whole.split(/[^\p{L}\p{N}\p{M}]+/u).filter((part) => part.length > 1 && !isStopWord(part));
  const compared = parts.length > 1 || parts[0] !== whole ? [whole, ...parts] : [whole];
  return compared.map((part) => [...englishStem(part)].slice(0, MAX_TERM_LENGTH).join(''));
}

/** One kind of apostrophe, no possessive `'s`, Latin letters without their accents. */
function plain(word: string): string {
  const straight = word.replaceAll('’', "'");
  const stem = straight.endsWith("'s") && !isStopWord(straight) ? straight.slice(0, -2) : straight;
  return /^\p{Script=Latin}/u.test(stem) ? stem.normalize('NFD').replace(/\p{M}/gu, '') : stem;
}

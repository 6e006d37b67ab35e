import { RANK, type Rank } from './boundary.js';
import { isDigit, isLowerCase, isSpace, isWide, isWordCharacter, WORD_MARKS } from './characters.js';
import { isAbbreviation, isBeforeNumber } from './abbreviations.js';

/**
 * What the last characters end. `latin…` marks end something only where white space follows
 * (`…Spaced`: it did); `wide` ones, which Chinese and Japanese use, at once.
 */
type Ending = 'none' | 'latin' | 'latinSpaced' | 'wide' | 'clause' | 'clauseSpaced' | 'wideClause';

/** What has to be known of the text before a place to say what ends there. A value: copied with a spread. */
export interface SentenceState {
  ending: Ending;
  isSpaced: boolean;
  isAfterWide: boolean;
  isAfterEllipsis: boolean;
  /** The letters and digits right before, as far as they matter. */
  word: string;
  /** The point before is that of `No.` should a number follow. */
  isBeforeNumber: boolean;
  /** The word, or the place where it would begin, follows an abbreviation's point. */
  isAfterAbbreviation: boolean;
  /** The point before follows a number, whose decimals may be what comes next. */
  isAfterNumber: boolean;
  /** A point is within the word, as in `3.14` and `e.g`. */
  isDotted: boolean;
  isFirstWord: boolean;
  /** A straight quote has been opened on this line: the next one closes. */
  isQuoting: boolean;
}

export const SENTENCE_START: Readonly<SentenceState> = {
  ending: 'none',
  isSpaced: false,
  isAfterWide: false,
  isAfterEllipsis: false,
  word: '',
  isBeforeNumber: false,
  isAfterAbbreviation: false,
  isAfterNumber: false,
  isDotted: false,
  isFirstWord: true,
  isQuoting: false,
};

const WIDE_STOPS = '。！？｡';
/** `।`, `؟` and `۔` end sentences as the first three do. */
const LATIN_STOPS = '!?…।؟۔';
const CLAUSE_MARKS = ',;:';
const WIDE_CLAUSE_MARKS = '，；：、';
const CLOSERS = ")]}'’”»*_）】」』》〉";
/** Of plain text: the last word, and a mark between words. */
const LAST_WORD = new RegExp(`[^${WORD_MARKS} ]*$`);
const WORD_MARK = new RegExp(`[${WORD_MARKS}]`);
/** No abbreviation is longer. */
const LONGEST_WORD = 8;

/**
 * What ends between what was taken and `char`, which is not white space. `isEmphasized`: `char`, were it
 * a `*`, would close. Graphemes are not looked at.
 */
export function rankBefore(state: SentenceState, char: string, isEmphasized: boolean): Rank {
  switch (state.ending) {
    case 'latinSpaced':
      return isLowerCase(char) || (state.isBeforeNumber && isDigit(char)) ? RANK.word : RANK.sentence;
    case 'wide':
      return goesOn(state, char, isEmphasized) ? RANK.grapheme : RANK.sentence;
    case 'clauseSpaced':
      return RANK.clause;
    case 'wideClause':
      return goesOn(state, char, isEmphasized) ? RANK.grapheme : RANK.clause;
    default:
      return state.isSpaced ? RANK.word : RANK.grapheme;
  }
}

/** Whether a sentence has ended here if nothing follows: also when no white space has come yet, but for a number's point. */
export function hasEnded({ ending, isAfterNumber }: SentenceState): boolean {
  return (ending === 'latin' && !isAfterNumber) || ending === 'latinSpaced' || ending === 'wide';
}

/** Takes the next character of prose. */
export function takeProse(state: SentenceState, char: string): void {
  if (isSpace(char)) {
    takeSpace(state, char);
    return;
  }
  leaveSpace(state);
  if (isWordCharacter(char) && !LATIN_STOPS.includes(char)) takeWordCharacter(state, char);
  else takeMark(state, char);
  state.isAfterWide = isWide(char);
  state.isAfterEllipsis = char === '…';
  if (char === '"') state.isQuoting = !state.isQuoting;
}

/** Takes plain text after a word character: words, with spaces and marks between them that end no sentence. */
export function takePlain(state: SentenceState, run: string): void {
  const { 0: lastWord = run } = LAST_WORD.exec(run) ?? [];
  const isWord = lastWord.length === run.length;
  state.word = ((isWord ? state.word : '') + lastWord).slice(0, LONGEST_WORD);
  state.isAfterWide = isWide(run.charAt(run.length - 1));
  if (isWord) return;
  state.isFirstWord = state.isAfterAbbreviation = state.isDotted = false;
  // They belong to a point, and a mark is none.
  if (WORD_MARK.test(run)) state.isBeforeNumber = state.isAfterNumber = false;
}

/** Takes a character of something that has no sentences: a link, a tag. A sentence that ended right before it stays ended. */
export function takeOpaque(state: SentenceState, char: string): void {
  if (isSpace(char)) {
    state.isSpaced = true;
    return;
  }
  leaveSpace(state);
  if (state.ending !== 'latin') state.ending = 'none';
  state.word = '';
  state.isDotted = false;
  state.isFirstWord = false;
}

function takeSpace(state: SentenceState, char: string): void {
  state.isSpaced = true;
  if (state.ending === 'latin') state.ending = 'latinSpaced';
  else if (state.ending === 'clause') state.ending = 'clauseSpaced';
  if (state.word !== '' || state.isDotted) state.isFirstWord = false;
  if (state.word !== '') state.isAfterAbbreviation = false;
  state.word = '';
  state.isDotted = false;
  if (char === '\n') {
    state.isFirstWord = true;
    state.isQuoting = false;
  }
}

/** What had ended before the white space is behind us with the next character. */
function leaveSpace(state: SentenceState): void {
  if (!state.isSpaced) return;
  state.isSpaced = false;
  state.ending = 'none';
  state.isAfterWide = false;
}

function takeWordCharacter(state: SentenceState, char: string): void {
  state.ending = 'none';
  if (state.word.length < LONGEST_WORD) state.word += char;
}

function takeMark(state: SentenceState, char: string): void {
  const { word } = state;
  const isPoint = char === '.';
  state.ending = endingAfter(state, char);
  state.isBeforeNumber = isPoint && isBeforeNumber(word);
  state.isAfterAbbreviation = isPoint && (state.isBeforeNumber || isAbbreviation(word, state.isDotted));
  state.isAfterNumber = isPoint && isNumber(word);
  state.isDotted = isPoint && word !== '';
  if (word !== '' && !isPoint) state.isFirstWord = false;
  state.word = '';
}

function endingAfter(state: SentenceState, char: string): Ending {
  const { ending } = state;
  if (char === '.') return endingAfterPoint(state);
  if (WIDE_STOPS.includes(char)) return 'wide';
  if (LATIN_STOPS.includes(char)) return endsAtOnce(state, char) ? 'wide' : 'latin';
  if (CLAUSE_MARKS.includes(char)) return 'clause';
  if (WIDE_CLAUSE_MARKS.includes(char)) return 'wideClause';
  return isCloser(state, char) || (char === '"' && ending !== 'wide') ? ending : 'none';
}

/** Chinese text may use `!` and `?` of ASCII, and two of `…` for one ellipsis. */
function endsAtOnce(state: SentenceState, char: string): boolean {
  if (state.ending === 'wide') return true;
  return char === '…' ? state.isAfterEllipsis : state.isAfterWide && (char === '!' || char === '?');
}

function endingAfterPoint(state: SentenceState): Ending {
  const { ending, word, isDotted } = state;
  if (ending === 'latin' || ending === 'wide') return ending;
  if (word === '') return 'latin';
  if (isNumber(word)) return isNumbering(state) ? 'none' : 'latin';
  return isAbbreviation(word, isDotted) ? 'none' : 'latin';
}

/** `1. ` at a line's start numbers an item, and `No. 5. ` may go on; `sold 12. ` and `v2.0. ` end a sentence. */
function isNumbering({ word, isDotted, isFirstWord, isAfterAbbreviation }: SentenceState): boolean {
  return isFirstWord || (isAfterAbbreviation && word.length <= 2 && !isDotted);
}

function isNumber(word: string): boolean {
  return isDigit(word.charAt(0)) && /^\d+$/.test(word);
}

/** Whether `char` still belongs to the end of the sentence or clause before it. */
function goesOn(state: SentenceState, char: string, isEmphasized: boolean): boolean {
  if (state.isSpaced) return false;
  if (char === '*') return isEmphasized;
  if (isCloser(state, char)) return true;
  return (
    WIDE_STOPS.includes(char) ||
    LATIN_STOPS.includes(char) ||
    char === '.' ||
    WIDE_CLAUSE_MARKS.includes(char)
  );
}

function isCloser(state: SentenceState, char: string): boolean {
  return char === '"' ? state.isQuoting : CLOSERS.includes(char);
}

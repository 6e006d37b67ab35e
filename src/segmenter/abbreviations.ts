const words = (list: string) => new Set(list.split(' '));

/** English abbreviations whose point ends no sentence. For the others (`etc.`) the following text decides. */
const ABBREVIATIONS = words(
  'mr mrs ms messrs dr prof st sr jr rev hon gov sen rep gen col capt lt sgt maj cmdr vs cf ca eg ie viz approx est ' +
    'al ed eds dept univ assn bros inc ltd co corp mt ft ave blvd rd jan feb mar apr jun jul aug sep sept oct nov dec',
);

/** Those that stand before a number, and else may be words. */
const BEFORE_NUMBERS = words('no nos nr p pp vol vols fig figs eq eqs ch sec art');

/** Whether a point after `word` is that of an abbreviation or initial. `isDotted`: it is the last of several, as in `p.m`. */
export function isAbbreviation(word: string, isDotted: boolean): boolean {
  if (word.length === 1) return isDotted || /\p{Lu}/u.test(word);
  return ABBREVIATIONS.has(word.toLowerCase());
}

/** Whether a point after `word` is that of an abbreviation should a number follow. */
export function isBeforeNumber(word: string): boolean {
  return BEFORE_NUMBERS.has(word.toLowerCase());
}

/**
 * The stem of an English word, after M. F. Porter, "An algorithm for suffix stripping" (1980):
 * `sending` and `sends` meet in `send`, `configuration` and `configured` in `configur`.
 * A stem is a key to compare by, not always a word.
 */
export function englishStem(word: string): string {
  if (word.length < 3 || !/^[a-z]+$/.test(word)) return word;
  const inflected = withoutInflection(withoutPlural(word));
  // Unlike Porter's first paper, as his second: only after a consonant, so that `deploy` meets `deployment`.
  const step1 =
    /[^aeiou]y$/.test(inflected) && inflected.length > 2 ? inflected.slice(0, -1) + 'i' : inflected;
  const step2 = replaceSuffix(step1, DOUBLE_SUFFIXES, 0);
  const step3 = replaceSuffix(step2, SINGLE_SUFFIXES, 0);
  return withoutFinalE(withoutResidue(step3));
}

type Suffixes = readonly (readonly [suffix: string, replacement: string])[];

/** Longer suffixes come before the shorter suffixes at their end: the first match decides. */
const DOUBLE_SUFFIXES: Suffixes = [
  ['ational', 'ate'],
  ['ization', 'ize'],
  ['iveness', 'ive'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['tional', 'tion'],
  ['biliti', 'ble'],
  ['entli', 'ent'],
  ['ousli', 'ous'],
  ['ation', 'ate'],
  ['alism', 'al'],
  ['aliti', 'al'],
  ['iviti', 'ive'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['izer', 'ize'],
  ['abli', 'able'],
  ['alli', 'al'],
  ['ator', 'ate'],
  ['eli', 'e'],
];
const SINGLE_SUFFIXES: Suffixes = [
  ['icate', 'ic'],
  ['ative', ''],
  ['alize', 'al'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ness', ''],
  ['ful', ''],
];
const RESIDUES: Suffixes = [
  'ement',
  'ance',
  'ence',
  'able',
  'ible',
  'ment',
  'ant',
  'ent',
  'ism',
  'ate',
  'iti',
  'ous',
  'ive',
  'ize',
  'ion',
  'al',
  'er',
  'ic',
  'ou',
].map((suffix) => [suffix, '']);

function withoutPlural(word: string): string {
  if (word.endsWith('sses') || word.endsWith('ies')) return word.slice(0, -2);
  return word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

function withoutInflection(word: string): string {
  if (word.endsWith('eed')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const suffix = ['ing', 'ed'].find((ending) => word.endsWith(ending));
  const stem = suffix === undefined ? '' : word.slice(0, -suffix.length);
  if (!hasVowel(stem)) return word;
  if (/(?:at|bl|iz)$/.test(stem)) return stem + 'e';
  if (/([^aeiou])\1$/.test(stem) && !/[lsz]$/.test(stem)) return stem.slice(0, -1);
  return measure(stem) === 1 && endsShort(stem) ? stem + 'e' : stem;
}

function withoutResidue(word: string): string {
  const stripped = replaceSuffix(word, RESIDUES, 1);
  // `ion` goes only after s or t: `session`, but not `onion`.
  return word.endsWith('ion') && !/[st]$/.test(stripped) ? word : stripped;
}

function withoutFinalE(word: string): string {
  const stem = word.slice(0, -1);
  if (word.endsWith('e') && (measure(stem) > 1 || (measure(stem) === 1 && !endsShort(stem)))) return stem;
  return word.endsWith('ll') && measure(stem) > 1 ? stem : word;
}

/** Replaces the first of `suffixes` that fits, where what is left of it has a measure above `over`. */
function replaceSuffix(word: string, suffixes: Suffixes, over: number): string {
  const found = suffixes.find(([suffix]) => word.endsWith(suffix));
  if (!found) return word;
  const stem = word.slice(0, -found[0].length);
  return measure(stem) > over ? stem + found[1] : word;
}

/** Porter's m: how often a vowel is followed by a consonant. */
function measure(stem: string): number {
  return shapeOf(stem).match(/vc/g)?.length ?? 0;
}

function hasVowel(stem: string): boolean {
  return shapeOf(stem).includes('v');
}

/** Porter's *o: consonant, vowel, consonant at the end, the last not w, x or y. */
function endsShort(stem: string): boolean {
  return shapeOf(stem).endsWith('cvc') && !/[wxy]$/.test(stem);
}

/** `v` for each vowel and `c` for each consonant; y is a vowel after a consonant. */
function shapeOf(stem: string): string {
  let shape = '';
  for (const letter of stem) {
    const isVowel = 'aeiou'.includes(letter) || (letter === 'y' && shape.endsWith('c'));
    shape += isVowel ? 'v' : 'c';
  }
  return shape;
}

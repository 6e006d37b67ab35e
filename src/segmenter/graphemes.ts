const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Units before a place that decide whether a grapheme goes on there; flags, which may need more, are counted. */
export const GRAPHEME_CONTEXT = 32;

/** Whether `char` (a code point) belongs to the character before it, whatever that is: marks, joiners, skin tones. */
export function extendsGrapheme(char: string): boolean {
  if (char.charCodeAt(0) < 0x300) return false;
  return /[\p{M}\p{Grapheme_Extend}\p{Emoji_Modifier}\u200d]/u.test(char);
}

/** Half of a flag. */
export function isRegionalIndicator(char: string): boolean {
  // The first half of each is the same; without it, no regular expression has to be asked.
  return char.charCodeAt(0) === 0xd83c && /^\p{Regional_Indicator}$/u.test(char);
}

export interface GraphemePlace {
  /** The last units before the place: {@link GRAPHEME_CONTEXT} of them, or all. */
  readonly before: string;
  /** The code point after it. */
  readonly char: string;
  /** How many regional indicators, one after the other, stand right before the place. */
  readonly flagHalves: number;
}

/** Whether a grapheme ends before `char`. Constant in time. */
export function isGraphemeStart({ before, char, flagHalves }: GraphemePlace): boolean {
  const last = before.charCodeAt(before.length - 1);
  const code = char.charCodeAt(0);
  if (before === '') return true;
  if (standsAlone(code) && standsAlone(last)) return !(last === 0x0d && code === 0x0a);
  if (flagHalves > 0 && isRegionalIndicator(char)) return flagHalves % 2 === 0;
  return GRAPHEMES.segment(before + char).containing(before.length)?.index === before.length;
}

/** Latin letters, ideographs and their punctuation: most text is found without asking for the rules. */
function standsAlone(code: number): boolean {
  return (
    code < 0x300 ||
    (code >= 0x4e00 && code <= 0x9fff) ||
    (code >= 0x3001 && code <= 0x3020) ||
    code === 0xff0c
  );
}

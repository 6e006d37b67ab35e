/** Scripts whose words are not set apart by spaces, or whose words are found best by pairs of characters. */
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

export type TextLanguage = 'en' | 'zh';

/** Whether `text` has at least one Chinese, Japanese or Korean character. */
export function hasCjk(text: string): boolean {
  return CJK.test(text);
}

/** The language that a reader of `text` is answered in: Chinese where it has any such character, else English. */
export function languageOf(text: string): TextLanguage {
  return hasCjk(text) ? 'zh' : 'en';
}

/** East Asian characters, all of which lie above this one, say about as much as two Latin ones. */
const FIRST_WIDE_UNIT = 0x2e80;

/**
 * How much `text` holds, in Latin characters: an East Asian character counts as two, so that passages of
 * either script weigh about the same in a prompt. Never below `text.length`.
 */
export function widthOf(text: string): number {
  let width = 0;
  for (let index = 0; index < text.length; index++) width += unitWidth(text.charCodeAt(index));
  return width;
}

/** The width of one UTF-16 code unit: see {@link widthOf}. */
export function unitWidth(unit: number): 1 | 2 {
  return unit >= FIRST_WIDE_UNIT ? 2 : 1;
}

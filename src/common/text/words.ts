import { hasCjk } from './script.js';

/** A word of a text, in the form for comparison (NFKC, lower case). */
export interface Word {
  readonly text: string;
  /** Chinese, Japanese or Korean. */
  readonly isCjk: boolean;
  /** This word follows the word before it directly, and both are CJK. */
  readonly isJoined: boolean;
}

/** Dictionary-based for Chinese, by word boundaries for all else: one segmenter serves mixed text too. */
const WORDS = new Intl.Segmenter('zh', { granularity: 'word' });

/** The words of `text` in order, without punctuation, symbols and white space. Linear in its length. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let isAfterCjk = false;
  for (const { segment, isWordLike } of WORDS.segment(text.normalize('NFKC').toLowerCase())) {
    const isCjk = isWordLike === true && hasCjk(segment);
    if (isWordLike) words.push({ text: segment, isCjk, isJoined: isCjk && isAfterCjk });
    isAfterCjk = isCjk;
  }
  return words;
}

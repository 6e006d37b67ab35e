/** One segmenter serves both languages: characters, not the locale, decide where a sentence ends. */
const SENTENCES = new Intl.Segmenter('zh', { granularity: 'sentence' });

/**
 * Cuts `text` after its sentences and at its line ends. The pieces, joined, are `text` again: white space
 * stays with the sentence before it. Linear in the length of `text`.
 */
export function sentencesOf(text: string): string[] {
  return Array.from(SENTENCES.segment(text), ({ segment }) => segment);
}

/** The segmenter looks for the end of a sentence as far as its text goes: a millisecond in so much of it. */
const LENGTH_AT_ONCE = 4_000;

/**
 * The same, one after the other, for a text of any length: a sentence that is longer than {@link LENGTH_AT_ONCE}
 * characters is cut, at white space where it has some.
 */
export function* readSentences(text: string): Generator<string, void> {
  for (let start = 0; start < text.length;) {
    const isLast = text.length - start <= LENGTH_AT_ONCE;
    const sentences = sentencesOf(text.slice(start, start + LENGTH_AT_ONCE));
    // The last one may go on behind the end.
    const last = isLast ? undefined : sentences.pop();
    for (const sentence of sentences) {
      yield sentence;
      start += sentence.length;
    }
    if (last === undefined || sentences.length > 0) continue;
    const cut = last.slice(0, endOfWord(last));
    yield cut;
    start += cut.length;
  }
}

/** Behind the last white space of a text, else before half a character at its end, else its end. */
function endOfWord(text: string): number {
  for (let index = text.length; index > text.length / 2; index--) {
    if (/\s/.test(text.charAt(index - 1))) return index;
  }
  return text.isWellFormed() ? text.length : text.length - 1;
}

/** One segmenter serves both languages: sentence ends are told by the characters, not by the locale. */
const SENTENCES = new Intl.Segmenter('zh', { granularity: 'sentence' });

/**
 * Cuts `text` after its sentences and at its line ends. The pieces, joined, are `text` again: white space
 * stays with the sentence before it. Linear in the length of `text`.
 */
export function sentencesOf(text: string): string[] {
  return [...readSentences(text)];
}

/** The same, one after the other. */
export function* readSentences(text: string): Generator<string, void> {
  for (const { segment } of SENTENCES.segment(text)) yield segment;
}

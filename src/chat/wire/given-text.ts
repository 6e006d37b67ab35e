const NAME_CHARACTERS = 50;

/** Real clients send null and empty texts for what they do not give. */
export function orNothing(text: string | null | undefined): string | undefined {
  return text === null || text === '' ? undefined : text;
}

/** What a conversation is called whose caller gave it no name: the beginning of its first question. */
export function nameAfter(question: string): string {
  // Code points: half a surrogate pair could not be stored.
  return Array.from(question.slice(0, 2 * NAME_CHARACTERS))
    .slice(0, NAME_CHARACTERS)
    .join('')
    .toWellFormed();
}

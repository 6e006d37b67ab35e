import { createHash } from 'node:crypto';

const NAME_CHARACTERS = 50;
/** The longest name of an end user that is kept as it is, in UTF-16 units. */
const MAX_USER_CHARACTERS = 128;

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

/** One text of a length that can be stored for each end user. */
export function toEndUser(user: string | null | undefined): string | undefined {
  const given = orNothing(user);
  if (given === undefined || given.length <= MAX_USER_CHARACTERS) return given;
  return `sha256:${createHash('sha256').update(given).digest('hex')}`;
}

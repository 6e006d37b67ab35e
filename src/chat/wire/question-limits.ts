/** Longest question of the Conversation API and of the QA API, in UTF-16 code units. */
export const MAX_QUESTION_CHARACTERS = 32_000;

/** A name of 100 letters, an `@` and a label of 50: of two UTF-16 code units each, if they are rare ones. */
export const MAX_PROMPT_NAME_CHARACTERS = 302;

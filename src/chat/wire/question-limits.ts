/** Longest question of either variant, in UTF-16 code units. */
export const MAX_QUESTION_CHARACTERS = 32_000;

/** What the models behind LiteLLM and FastChat say, whatever they are asked; unlike any part of itself, in two scripts. */
export const KNOWN_TEXT = Array.from(
  { length: 40 },
  (_, index) => `Sentence ${index} says ${(index * 7_919).toString(36)}. 第${index}句。`,
).join(' ');

/** Characters in a delta, and milliseconds between two: an answer takes some four seconds. */
export const DELTA_CHARS = 12;
export const DELTA_MS = 50;

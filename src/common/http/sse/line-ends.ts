/** No line ends in JSON, but ones for readers that split text by Unicode's, such as Python's `splitlines`. */
const LINE_ENDS_ELSEWHERE = /[\u0085\u2028\u2029]/g;
/** Whether a text has one of them. Most have none: a caller that asks first saves the replacement. */
export const HAS_LINE_ENDS = /[\u0085\u2028\u2029]/;

/**
 * JSON that is one line for every reader: `requests` and `httpx` otherwise tear a frame or a row in its middle. What is
 * read from it stays the same.
 */
export function escapeLineEnds(json: string): string {
  return json.replace(LINE_ENDS_ELSEWHERE, toEscape);
}

function toEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * `text` on one line: white space, line ends of any kind (LF, CR, U+0085, U+2028, U+2029) and control characters become
 * one space each, none at the ends. For names that stand in a line of a prompt or of an answer, where a line end in
 * them would begin a line of its own.
 */
export function toOneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** What a chat format adds to each message, about: a few tokens for its role and its ends. */
export const TOKENS_PER_MESSAGE = 4;

/**
 * A rough count of the tokens of `text`, for servers that do not count and for fitting a context: a
 * character of a script without spaces (U+2E80 and above) is about one token, four others are one.
 * Errs on the high side for English.
 */
export function estimateTokens(text: string): number {
  let wide = 0;
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) >= 0x2e80) wide++;
  }
  return wide + Math.ceil((text.length - wide) / 4);
}

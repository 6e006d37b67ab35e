import { estimateTokens } from '../../common/text/token-estimate.js';

/** The longest beginning of `text` of at most `maxTokens` tokens, as they are estimated. Splits no character. */
export function withinTokens(text: string, maxTokens: number): string {
  let fits = 0;
  let tooLong = text.length + 1;
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (estimateTokens(text.slice(0, middle)) <= maxTokens) fits = middle;
    else tooLong = middle;
  }
  const isSplit = fits < text.length && /[\udc00-\udfff]/.test(text.charAt(fits));
  return text.slice(0, isSplit ? fits - 1 : fits);
}

import { isAsciiLetter, isSpace, isWide } from './characters.js';

/** Where we are in a bare URL, or in what may become one. */
export interface UrlState {
  /** The character before. */
  previous: string;
  isUrl: boolean;
  /** The start of what may become a bare URL. */
  urlProbe: string;
}

const STARTS = ['https://', 'http://', 'www.'];
/** What a bare URL does not go on with. Chinese text ends it too, for nothing else sets it apart there. */
const ENDS = '<>[]"`';

/** Whether a bare URL goes on with `char`. */
export function readsUrl(char: string): boolean {
  return !isSpace(char) && !ENDS.includes(char) && !isWide(char);
}

/** Follows the start of a bare URL, at the start of a word. */
export function takeUrl(span: UrlState, char: string): void {
  const isStart = 'hHwW'.includes(char) && !isAsciiLetter(span.previous || ' ');
  if (span.urlProbe === '' && !isStart) return;
  const probe = span.urlProbe + char.toLowerCase();
  if (!STARTS.some((start) => start.startsWith(probe))) {
    span.urlProbe = '';
    return;
  }
  span.isUrl = STARTS.includes(probe);
  span.urlProbe = span.isUrl ? '' : probe;
}

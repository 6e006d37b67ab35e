import { isAsciiLetter } from './characters.js';
import { readsUrl, takeUrl, type UrlState } from './url.js';

/** Where we are in a link or image: after its text's bracket, in its target, or in a part of that with an end of its own. */
type LinkPart = 'none' | 'closed' | 'target' | 'title' | 'angled';

/** What is open on a line or in a paragraph. A value: copied with a spread. */
export interface SpanState extends UrlState {
  isEscaped: boolean;
  /** Backticks of the run that is being read, and those of the run that opened the code span we are in. */
  tickRun: number;
  openTicks: number;
  brackets: number;
  link: LinkPart;
  parentheses: number;
  titleQuote: string;
  tag: 'none' | 'opened' | 'inside';
  /** `*` of the current run, and the character before it. */
  stars: number;
  /** Units since a bracket or code span was opened. */
  openUnits: number;
  beforeStars: string;
  isEmphasized: boolean;
  isMath: boolean;
}

/** No text of a link and no code span that is worth keeping uncut is longer, in characters. */
const LONGEST_SPAN = 600;

export const NO_SPAN: Readonly<SpanState> = {
  previous: '',
  isEscaped: false,
  tickRun: 0,
  openTicks: 0,
  brackets: 0,
  link: 'none',
  parentheses: 0,
  titleQuote: '',
  tag: 'none',
  isUrl: false,
  urlProbe: '',
  stars: 0,
  openUnits: 0,
  beforeStars: '',
  isEmphasized: false,
  isMath: false,
};

/** A paragraph's end closes all that it left open. */
export function endParagraph(span: SpanState): void {
  Object.assign(span, NO_SPAN);
}

/** Within something that is not to be torn. `settle` must know the next character. */
export function isInSpan(span: SpanState): boolean {
  return isOpaque(span) || span.isUrl;
}

/** Nothing is open but, perhaps, emphasis, and nothing may have begun. */
export function isNothingOpen(span: SpanState): boolean {
  return !isInSpan(span) && !span.isEscaped && span.urlProbe === '' && span.stars === 0;
}

/** Within something that has no sentences of its own. */
export function isOpaque(span: SpanState): boolean {
  return isInCode(span) || span.brackets > 0 || span.link !== 'none' || span.tag !== 'none' || span.isMath;
}

export function isInCode(span: SpanState): boolean {
  return span.openTicks > 0 || span.tickRun > 0;
}

/** Within something that is not to be torn, or in what may become that. */
export function mayBeInSpan(span: SpanState): boolean {
  return isInSpan(span) || span.urlProbe !== '' || (!span.isEscaped && '!$'.includes(span.previous || ' '));
}

/** Whether `char` and the one before it are one mark: `![`, `$$`, or a backslash and what it escapes. */
export function isWithinMark(span: SpanState, char: string): boolean {
  return span.isEscaped || (span.previous === '!' && char === '[') || (span.previous === '$' && char === '$');
}

/** Whether `char` may begin something that is not to be torn, other than at a line's start. */
export function mayOpenSpan(span: SpanState, char: string): boolean {
  if (isWithinMark(span, char)) return false;
  return '[!<`$'.includes(char) || ('hHwW'.includes(char) && !isAsciiLetter(span.previous || ' '));
}

/** Ends what `char`, the next character, shows to have ended. Changes nothing when it is called again. */
export function settle(span: SpanState, char: string): void {
  if (span.tickRun > 0 && char !== '`') settleTicks(span);
  if (span.stars > 0 && char !== '*') settleStars(span, char);
  if (span.link === 'closed' && char !== '(' && char !== '[') span.link = 'none';
  settleAddress(span, char);
  if (char === '\n') endOfLine(span);
}

/** A bare URL ends with what it cannot hold; `<` opens a tag or autolink only before a letter or a mark of theirs. */
function settleAddress(span: SpanState, char: string): void {
  if (span.isUrl && !readsUrl(char)) span.isUrl = false;
  if (span.tag === 'opened' && !isAsciiLetter(char) && char !== '/' && char !== '!') span.tag = 'none';
}

/** A run of backticks opens a code span, and one as long closes it (CommonMark 6.1). */
function settleTicks(span: SpanState): void {
  if (span.openTicks === 0) span.openTicks = span.tickRun;
  else if (span.openTicks === span.tickRun) span.openTicks = 0;
  span.tickRun = 0;
}

/** `*` closes after text, and opens before it, but not within a word or number as in `2*3`. */
function settleStars(span: SpanState, next: string): void {
  const isAfterText = isText(span.beforeStars);
  const isBeforeText = isText(next);
  if (span.isEmphasized) span.isEmphasized = !isAfterText;
  else span.isEmphasized = isBeforeText && !(isAlphanumeric(span.beforeStars) && isAlphanumeric(next));
  span.stars = 0;
}

function isText(char: string): boolean {
  return char !== '' && char !== ' ' && char !== '\n' && char !== '\t' && char !== '\r';
}

function isAlphanumeric(char: string): boolean {
  return isAsciiLetter(char || ' ') || (char >= '0' && char <= '9');
}

/** Emphasis and tags that are never closed are harmless so: they end with their line. */
function endOfLine(span: SpanState): void {
  span.isEmphasized = false;
  span.tag = 'none';
  span.urlProbe = '';
}

/** Takes the next character of prose, after {@link settle}. */
export function take(span: SpanState, char: string): void {
  if (char === '`' || char === '\\') span.urlProbe = '';
  if (char === '`' && !span.isEscaped) span.tickRun++;
  else if (span.openTicks === 0) takeOutsideCode(span, char);
  boundLength(span);
  span.previous = char;
}

/** A bracket or backtick that nothing closes for long was only a character: else the service could not cut the rest of its paragraph. */
function boundLength(span: SpanState): void {
  if (span.brackets === 0 && span.openTicks === 0) span.openUnits = 0;
  else if (++span.openUnits > LONGEST_SPAN) endParagraph(span);
}

function takeOutsideCode(span: SpanState, char: string): void {
  if (span.isEscaped) {
    span.isEscaped = false;
    return;
  }
  if (char === '\\') span.isEscaped = true;
  else if (span.link !== 'none') takeTarget(span, char);
  else if (span.tag !== 'none') takeTag(span, char);
  else if (!span.isUrl) takeText(span, char);
}

function takeTag(span: SpanState, char: string): void {
  span.tag = char === '>' ? 'none' : 'inside';
}

function takeText(span: SpanState, char: string): void {
  if (span.brackets === 0) takeUrl(span, char);
  switch (char) {
    case '[':
      span.brackets++;
      break;
    case ']':
      closeBracket(span);
      break;
    case '<':
      span.tag = 'opened';
      break;
    case '*':
      if (span.stars++ === 0) span.beforeStars = span.previous;
      break;
    case '$':
      takeDollar(span);
      break;
    default:
  }
}

function closeBracket(span: SpanState): void {
  if (span.brackets === 0) return;
  span.brackets--;
  if (span.brackets === 0) span.link = 'closed';
}

/** `$$ … $$` within a line. */
function takeDollar(span: SpanState): void {
  if (span.previous === '$') span.isMath = !span.isMath;
}

/** `(url "title")` or `[name]` after a link's text. */
function takeTarget(span: SpanState, char: string): void {
  switch (span.link) {
    case 'closed':
      openTarget(span, char);
      break;
    case 'title':
      if (char === span.titleQuote) span.link = 'target';
      break;
    case 'angled':
      if (char === '>' || char === '\n') span.link = 'target';
      break;
    default:
      takeInTarget(span, char);
  }
}

function openTarget(span: SpanState, char: string): void {
  span.link = char === '(' ? 'target' : 'none';
  span.parentheses = char === '(' ? 1 : 0;
  span.brackets = char === '[' ? 1 : 0;
}

function takeInTarget(span: SpanState, char: string): void {
  const isAfterSpace = span.previous === ' ' || span.previous === '\n';
  if (char === '<' && span.previous === '(') span.link = 'angled';
  else if ((char === '"' || char === "'") && isAfterSpace) openTitle(span, char);
  else if (char === '(') span.parentheses++;
  else if (char === ')' && --span.parentheses === 0) span.link = 'none';
}

function openTitle(span: SpanState, quote: string): void {
  span.link = 'title';
  span.titleQuote = quote;
}

import type { ServerError } from './server-error.js';

/**
 * The words that servers make the `type` and `code` of an error of. A closed list: a server may put the prompt, or a word
 * of it, anywhere in an error.
 */
const VOCABULARY: ReadonlySet<string> = new Set(
  (
    'abort access account api argument arguments arrearage auth authentication authorization bad balance billing busy ' +
    'cancelled capacity client completion content context credit credits current data denied deployment detected ' +
    'disabled empty engine error exceed exceeded exhausted exist failed failure filter filtered forbidden found ' +
    'frequency gateway hard input inspection insufficient internal invalid key length limit limited long many max ' +
    'maximum memory method missing model moderation network no not oom out overflow overload overloaded param ' +
    'parameter payload permission policy prompt quota rate reached refused request requests required resource ' +
    'response risk safety schema sensitive server service size status supported suspended system template temporarily ' +
    'throttling timeout token tokens too type unauthenticated unauthorized unavailable unknown unprocessable ' +
    'unsupported upstream validation value violation window'
  ).split(' '),
);

const MAX_WORD_CHARS = 64;

/** `type invalid_request_error, code context_length_exceeded`, as far as they are known; `''`: neither is. */
export function describeErrorWords({ type, code }: Pick<ServerError, 'type' | 'code'>): string {
  return [
    ['type', type],
    ['code', code],
  ]
    .flatMap(([name, word]) => (isKnown(word) ? [`${String(name)} ${String(word)}`] : []))
    .join(', ');
}

/** `BadRequestError` and `invalid_api_key`, whose every part is in the list; and the numbers that some servers count errors by. */
function isKnown(word: unknown): boolean {
  if (typeof word === 'number') return Number.isInteger(word) && word >= 0 && word <= 99_999;
  if (typeof word !== 'string' || word.length > MAX_WORD_CHARS) return false;
  if (/^\d{3,5}$/.test(word)) return true;
  const parts = word.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [];
  const isWord = /^[A-Z]+(?:[_.-][A-Z]+)*$/i.test(word);
  return isWord && parts.every((part) => VOCABULARY.has(part.toLowerCase()));
}

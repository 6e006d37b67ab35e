/**
 * The words that servers make the `type` and `code` of an error of. A closed list: a server may put the prompt, or a word
 * of it, anywhere in an error.
 */
const VOCABULARY: ReadonlySet<string> = new Set(
  (
    'abort access account api argument arguments auth authentication authorization bad billing busy cancelled capacity ' +
    'client completion content context data denied disabled engine error exceeded failed failure filter forbidden found ' +
    'gateway hard input insufficient internal invalid key length limit limited long max maximum memory method missing ' +
    'model network no not oom out overload overloaded parameter param payload permission policy quota rate reached ' +
    'request requests required resource response schema server service status supported system template temporarily ' +
    'timeout token tokens too many type unauthorized unavailable unknown unprocessable unsupported upstream validation ' +
    'value violation window'
  ).split(' '),
);

const MAX_WORD_CHARS = 64;

/** `type invalid_request_error, code context_length_exceeded`, as far as they are known; `''`: neither is. */
export function describeErrorWords(error: unknown): string {
  const { type, code } = asRecord(error);
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

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

import type { ServerError } from '../refusal/server-error.js';
import { isForGood } from './for-good.js';
import { TOKEN_LIMITS } from './request-body.js';

/** A parameter of a request that its server does not take. */
export interface RefusedParameter {
  /** As it was sent. */
  readonly name: string;
  /** Whether the server takes it from no caller; false: this value, or this request, may be why. */
  readonly isForGood: boolean;
}

/**
 * What a request may be repeated without: what the service adds by itself, and what only tunes an answer. Not `stop` and
 * `response_format`, for example: without them an answer is another one than the caller can use.
 */
const DISPENSABLE: readonly string[] = [
  'stream_options',
  'stream',
  'max_completion_tokens',
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'presence_penalty',
  'frequency_penalty',
  'repetition_penalty',
  'seed',
];

/** Of these the service chooses the names, so they are refused without regard to what else a caller sends. */
const NAMED_BY_THE_SERVICE: readonly string[] = ['stream_options', ...TOKEN_LIMITS];

/**
 * Whether other requests would be refused, too. Not because of a request with members of its caller that may change what its
 * server takes (`reasoning_effort`, `tools`), or that the server may quote.
 * @param parameters what the caller sends beside messages, temperature and length
 */
export function isTrueOfOthers(
  { name, isForGood }: RefusedParameter,
  parameters: Readonly<Record<string, unknown>> = {},
): boolean {
  const isPlain = Object.entries(parameters).every(
    ([sent, value]) => DISPENSABLE.includes(sent) && typeof value === 'number',
  );
  return isForGood && (isPlain || NAMED_BY_THE_SERVICE.includes(name));
}

/** Too much was asked: names of parameters beside it are part of the sum. */
const CONTEXT =
  /context.?(?:length|window|size|limit)|maximum context|prompt is too long|上下文|reduce the length|too many (?:input )?tokens|input (?:length|tokens)/i;

/** `stream` is a word of many errors: it counts in quotes, or where streaming itself is refused. */
const NO_STREAM =
  /(["'`])stream\1|\bstream(?:ing)?(?: \w+){0,3} (?:not|n't|un)\s?(?:supported|available|allowed|enabled|implemented)|(?:not|n't) (?:yet )?support(?:ed)? (?:[^.;]{0,20} )?stream|\bstream\b\W{0,3}(?:must be |= ?)false|不支持.{0,6}(?:流式|stream(?!_))|流式.{0,8}(?:不支持|不可用|未开通)|[只仅]支持非流式/i;

/**
 * The parameter that a refusal names.
 * @param said what the server says
 * @param quote its message, without quotations of the request
 * @param sent the members of the request
 * @returns null: it names none that was sent and is dispensable
 */
export function findRefusedParameter(
  said: ServerError,
  quote: string,
  sent: Readonly<Record<string, unknown>>,
): RefusedParameter | null {
  if (CONTEXT.test(said.message) || said.words.includes('context_length')) return null;
  const text = withPlainQuotes(quote);
  const names = DISPENSABLE.filter((name) => Object.hasOwn(sent, name));
  const place = said.param ?? placeIn(text);
  const member = place?.match(/\w+/g)?.find((segment) => Object.hasOwn(sent, segment));
  const name = member === undefined ? firstIn(text, names) : names.find((one) => one === member);
  if (name === undefined) return null;
  return { name, isForGood: isForGood({ name, value: sent[name], text, words: said.words }) };
}

/** Of an error inside a text: pydantic's `'loc': ('body', 'stream_options')`, OpenAI's `"param": "stream"`. */
function placeIn(text: string): string | undefined {
  const match = /["']loc["']: ?[([]([^)\]]*)|\\?["']param\\?["']: ?\\?["'](\w+)/.exec(text);
  return match?.[1] ?? match?.[2];
}

/** "doesn’t" and "‘temperature’" are as "doesn't" and "'temperature'". */
function withPlainQuotes(text: string): string {
  return text.replaceAll(/[‘’‛ʼ]/g, "'").replaceAll(/[“”]/g, '"');
}

/** The fault comes first; what follows may list all parameters that the server knows. */
function firstIn(text: string, names: readonly string[]): string | undefined {
  const found = names.flatMap((name) => {
    const at = text.search(name === 'stream' ? NO_STREAM : patternOf(name));
    return at < 0 ? [] : [{ name, at }];
  });
  return found.sort((a, b) => a.at - b.at)[0]?.name;
}

/** In the spelling of any server: `max_tokens`, `maxTokens`, `Max tokens`, Gemini's `maxOutputTokens`. */
function patternOf(name: string): RegExp {
  const words = TOKEN_LIMITS.includes(name) ? 'max_(?:(?:output|new|completion)_)?tokens' : name;
  return new RegExp(`(?<!\\w)${words.replaceAll('_', '[_ -]?')}(?!\\w)`, 'i');
}

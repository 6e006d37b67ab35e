import type { ServerError } from '../refusal/server-error.js';

/** A parameter of a request that its server does not take. */
export interface RefusedParameter {
  /** As it was sent. */
  readonly name: string;
  /** Whether the server takes it at no time; false: this value, or beside another parameter, it does not. */
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

/** Too much was asked: names of parameters beside it are part of the sum. */
const CONTEXT =
  /context.?(?:length|window|size|limit)|maximum context|prompt is too long|reduce the length|too many (?:input )?tokens|input (?:length|tokens)/i;

const COMPLAINT =
  /un(?:supported|known|recogni[sz]ed|expected)|\b(?:not?|cannot|can't|doesn't|don't|isn't)\b|invalid|incompatible|extra|forbidden|deprecated|must|only|不支持|无效|未知|不允许/i;

/** The server takes the parameter, with another value or without another parameter. */
const OF_VALUE =
  /\b(?:between|range|greater|less|larger|smaller|higher|lower|exceeds?|at most|at least|maximum|minimum|positive|too (?:large|high|big|small|low|long)|both|together|at the same time)\b|[<>≤≥]|范围/i;

/** Codes of a parameter, or of its every value but the default. */
const FOR_GOOD = /unsupported_parameter|unsupported_value|unknown_parameter|extra_forbidden/;

/** `stream` is a word of many errors: it counts in quotes, or where streaming itself is refused. */
const NO_STREAM =
  /(["'`])stream\1|\bstream(?:ing)?(?: \w+){0,3} (?:not|n't|un)\s?(?:supported|available|allowed|enabled|implemented)|(?:not|n't) (?:yet )?support(?:ed)? (?:[^.;]{0,20} )?stream|\bstream\b\W{0,3}(?:must be |= ?)false|不支持.{0,6}(?:流式|stream(?!_))/i;

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
  const names = DISPENSABLE.filter((name) => Object.hasOwn(sent, name));
  const place = said.param ?? placeIn(quote);
  const member = place?.match(/\w+/g)?.find((segment) => Object.hasOwn(sent, segment));
  const name = member === undefined ? firstIn(quote, names) : names.find((one) => one === member);
  if (name === undefined) return null;
  return { name, isForGood: FOR_GOOD.test(said.words) || !OF_VALUE.test(quote) };
}

/** Of an error inside a text: pydantic's `'loc': ('body', 'stream_options')`, OpenAI's `"param": "stream"`. */
function placeIn(text: string): string | undefined {
  const match = /["']loc["']: ?[([]([^)\]]*)|\\?["']param\\?["']: ?\\?["'](\w+)/.exec(text);
  return match?.[1] ?? match?.[2];
}

/** The fault comes first; what follows may list all parameters that the server knows. */
function firstIn(text: string, names: readonly string[]): string | undefined {
  if (!COMPLAINT.test(text) && !OF_VALUE.test(text)) return undefined;
  const found = names.flatMap((name) => {
    const at = name === 'stream' ? text.search(NO_STREAM) : text.search(new RegExp(`(?<!\\w)${name}(?!\\w)`));
    return at < 0 ? [] : [{ name, at }];
  });
  return found.sort((a, b) => a.at - b.at)[0]?.name;
}

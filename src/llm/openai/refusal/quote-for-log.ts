import type { TargetConfig } from '../../../config/app-config.js';
import type { ModelMessage, ModelParameters } from '../../completion.js';

/** What a model server knows and may repeat, and no log may hold. */
export interface Confidential {
  /** The key, and the values of the headers that the target is sent. */
  readonly secrets?: readonly string[];
  /** The texts of the request's messages and parameters. */
  readonly texts: readonly string[];
}

/** The request of which no log may hold a part. */
export interface ConfidentialRequest {
  readonly secrets?: readonly string[];
  readonly messages: readonly ModelMessage[];
  readonly parameters?: ModelParameters;
}

export function toConfidential({ secrets, messages, parameters }: ConfidentialRequest): Confidential {
  return { secrets, texts: [...textsIn(messages), ...textsIn(parameters)] };
}

/** What a log may not hold of how a target is asked. */
export function secretsOf({ apiKey, headers = {} }: TargetConfig): string[] {
  return [...(apiKey === undefined ? [] : [apiKey]), ...Object.values(headers)];
}

/** Short texts, such as roles and types, are never hidden: {@link hideQuotations} leaves them out. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const MAX_QUOTE_CHARS = 300;
/** What is shorter is a word like any other, and hiding it would hide the reason. */
const MIN_CONFIDENTIAL_CHARS = 6;
/**
 * A quotation is found by the blocks of this size in it: one of twice the size has at least one. Looking
 * at every place instead could take longer than a request may stop the process for.
 */
const BLOCK_CHARS = 12;
const REDACTED = '[…]';

/**
 * What a server said of an error, fit for one line of the log: short, without line ends and control
 * characters, and with every quotation of the secrets and of the request's texts taken out. Servers repeat
 * both: "Incorrect API key provided: sk-…", "Input should be a string: '…'".
 */
export function quoteForLog(text: string, confidential: Confidential): string {
  return toQuote(withoutQuotations(text, confidential));
}

/** The start of a text without quotations. */
export function toQuote(text: string): string {
  return text.slice(0, MAX_QUOTE_CHARS).toWellFormed();
}

/** Some 600 characters of the same: to find out what the server means. */
export function withoutQuotations(text: string, { secrets = [], texts }: Confidential): string {
  const line = toLine(text).slice(0, 2 * MAX_QUOTE_CHARS);
  const hidden = new Set<number>();
  for (const secret of [...secrets, ...texts]) hideQuotations(line, toLine(secret), hidden);
  let rest = '';
  for (let at = 0; at < line.length; at++) {
    if (!hidden.has(at)) rest += line.charAt(at);
    else if (!hidden.has(at - 1)) rest += REDACTED;
  }
  return rest;
}

function toLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}

function hideQuotations(line: string, secret: string, hidden: Set<number>): void {
  if (secret.length < MIN_CONFIDENTIAL_CHARS) return;
  const size = secret.length < 2 * BLOCK_CHARS ? secret.length : BLOCK_CHARS;
  const step = size === secret.length ? 1 : size;
  for (let at = 0; at + size <= line.length; at += step) {
    const found = secret.indexOf(line.slice(at, at + size));
    if (found < 0) continue;
    let [start, end] = [at, at + size];
    while (start > 0 && line[start - 1] === secret[found - (at - start) - 1]) start--;
    while (end < line.length && line[end] === secret[found + (end - at)]) end++;
    for (let index = start; index < end; index++) hidden.add(index);
  }
}

import { z } from 'zod';
import type { ContinuationConfig, PrefillFlags } from '../app-config.js';

/** The name of the answerer that works without a model server. */
const RESERVED_NAME = 'builtin';

export const DEFAULT_CONTEXT_TOKENS = 8_192;

/** What callers call a model: it is stored with every turn, and goes into logs and error documents. */
export const modelName = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => name === name.trim(), 'must not begin or end with a space')
  .refine((name) => !/\p{Cc}|\p{Cs}/u.test(name), 'must not contain control characters')
  .refine(
    (name) => name !== RESERVED_NAME,
    `must not be ${RESERVED_NAME}, which names the built-in answerer`,
  );

/** Where a model is served. It goes into logs, so it must not hold a password. */
export const modelBaseUrl = z
  .string()
  .refine(isHttpUrl, 'must be a URL that starts with http:// or https://, without quotes')
  .refine((url) => !hasCredentials(url), 'must not contain a user name or password: give the key by itself')
  .refine(
    (url) => !/\/chat\/completions\/*$/.test(URL.parse(url)?.pathname ?? ''),
    'must be the root that /chat/completions is added to, such as http://127.0.0.1:11434/v1',
  );

function isHttpUrl(url: string): boolean {
  return /^https?:$/.test(URL.parse(url)?.protocol ?? '') && !/["'`]$/.test(url);
}

function hasCredentials(url: string): boolean {
  const { username = '', password = '' } = URL.parse(url) ?? {};
  return username !== '' || password !== '';
}

/** The form that {@link TargetConfig.baseUrl} has. */
export function toBaseUrl(url: string): string {
  return url.replace(/\/+$/, '');
}

export const continuationMode = z
  .enum(['instruct', 'prefill'], 'must be instruct or prefill')
  .default('instruct');

export const prefillFlags = z
  .enum(['vllm', 'deepseek', 'none'], 'must be vllm, deepseek or none')
  .default('none');

export const thinkingTags = z.enum(['auto', 'open', 'none'], 'must be auto, open or none');

/** What is wrong with flags for a mode that has none, or null; to be read after the flags' name. */
export function findPrefillFault(mode: ContinuationConfig['mode'], flags: PrefillFlags): string | null {
  return mode === 'instruct' && flags !== 'none' ? 'is of use only where the continuation is prefill' : null;
}

export function toContinuation(mode: ContinuationConfig['mode'], flags: PrefillFlags): ContinuationConfig {
  return mode === 'instruct' ? { mode } : { mode, flags };
}

/**
 * What is wrong with a key, or null; to be read after "the variable". A header takes printable ASCII only, and quotes
 * come from a file in which nothing removes them.
 */
export function findApiKeyFault(apiKey: string | undefined): string | null {
  if (apiKey === undefined || apiKey === '') return 'is not set';
  return /^[\x21-\x7e]+$/.test(apiKey) && !/["'`]/.test(apiKey)
    ? null
    : 'holds white space, quotes or other characters that a key cannot have';
}

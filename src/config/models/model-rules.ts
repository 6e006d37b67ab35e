import { z } from 'zod';
import type { ContinuationConfig, PrefillFlags, TargetConfig } from '../app-config.js';
import type { Environment } from '../environment-variables.js';
import { list } from '../list-of-values.js';

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
export const modelBaseUrl = baseUrlBefore('/chat/completions');

/**
 * The root of an API.
 * @param path what the service adds to it
 */
export function baseUrlBefore(path: string) {
  return z
    .string()
    .refine(isHttpUrl, 'must be a URL that starts with http:// or https://, without quotes')
    .refine((url) => !hasCredentials(url), 'must not contain a user name or password: give the key by itself')
    .refine(
      (url) => !(URL.parse(url)?.pathname ?? '').replace(/\/+$/, '').endsWith(path),
      `must be the root that ${path} is added to, such as http://127.0.0.1:11434/v1`,
    );
}

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

/** What the content of a message may have. */
export const partKind = z.enum(
  ['text', 'image', 'audio', 'video', 'file'],
  'must be text, image, audio, video or file',
);

/** The same as a list in one variable, which names one at least. */
export const acceptedKinds = list.pipe(z.array(partKind).min(1, 'must name one kind of parts or more'));

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

/** Where the embedding model is served. It goes into logs, so it must not hold a password. */
export const embeddingBaseUrl = baseUrlBefore('/embeddings');

/** Azure's classic API has its version in the query, and takes a key in a header of its own only. */
const AZURE_VERSION = 'api-version';
const AZURE_KEY_HEADER = 'api-key';

/** The embedding model of `EMBEDDING_*`; a variable that is missing beside another one is added to `faults`. */
export function readEmbeddingModel(given: Environment, faults: string[]): TargetConfig | undefined {
  const { EMBEDDING_BASE_URL: baseUrl, EMBEDDING_MODEL: model, EMBEDDING_API_KEY: apiKey } = given;
  if (baseUrl === undefined && model === undefined) return undefined;
  if (baseUrl === undefined) faults.push('EMBEDDING_BASE_URL: is needed when EMBEDDING_MODEL is given');
  if (model === undefined) faults.push('EMBEDDING_MODEL: is needed when EMBEDDING_BASE_URL is given');
  if (baseUrl === undefined || model === undefined) return undefined;
  const isAzure = URL.parse(baseUrl)?.searchParams.has(AZURE_VERSION) ?? false;
  return { baseUrl: toBaseUrl(baseUrl), model, apiKey, ...(isAzure && { apiKeyHeader: AZURE_KEY_HEADER }) };
}

import type { Dispatcher } from 'undici';
import type { TargetConfig } from '../../config/app-config.js';
import { estimateTokens } from '../../common/text/token-estimate.js';
import { targetHeaders } from '../openai/request/target-headers.js';

/** How a vector is written: as a list of numbers, or as Base64 of its 32-bit floats, little-endian. */
export type VectorFormat = 'float' | 'base64';

/** What is turned into vectors: one vector each. */
export type EmbeddingInputs =
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  /** Texts that the caller has split into tokens of the model. */
  | { readonly kind: 'tokens'; readonly tokens: readonly (readonly number[])[] };

export interface EmbeddingRequest {
  /** Whose request it is: a UUID. One client holds no more than its share of the server. */
  readonly client: string;
  /** At least one. */
  readonly inputs: EmbeddingInputs;
  /** The length of each vector, at least 1; absent: the model's. */
  readonly dimensions?: number;
  /** The form that the caller wants: a server that knows it need not be translated. */
  readonly format: VectorFormat;
  /** Further members of the request that the server gets as they are. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Headers that the server gets, by which the request is found in its logs. */
  readonly trace?: Readonly<Record<string, string>>;
}

/** Vectors of this length and less are read: the longest of a known model has 12,288 numbers. */
const MAX_DIMENSIONS = 16_384;
/** A number of 17 digits with sign, exponent, comma and a line of its own. */
const MAX_BYTES_PER_NUMBER = 32;
const MAX_BYTES_BESIDE_VECTORS = 65_536;
/** 2,048 vectors of 3,072 numbers of 20 characters have 126 MB. */
const MAX_BYTES = 268_435_456;

/** How many vectors are asked for. */
export function countInputs(inputs: EmbeddingInputs): number {
  return inputs.kind === 'texts' ? inputs.texts.length : inputs.tokens.length;
}

/** The largest answer that is read, in bytes: more than so many vectors can have. */
export function mostAnswerBytes({ inputs, dimensions = MAX_DIMENSIONS }: EmbeddingRequest): number {
  // Servers that cannot shorten vectors send all of them, and the caller is to learn that.
  const numbers = countInputs(inputs) * Math.max(dimensions, MAX_DIMENSIONS);
  return Math.min(MAX_BYTES, numbers * MAX_BYTES_PER_NUMBER + MAX_BYTES_BESIDE_VECTORS);
}

/** What the request has of tokens, about, for servers that do not count. */
export function estimateInputs(inputs: EmbeddingInputs): number {
  return inputs.kind === 'texts'
    ? inputs.texts.reduce((sum, text) => sum + estimateTokens(text), 0)
    : inputs.tokens.reduce((sum, tokens) => sum + tokens.length, 0);
}

function toEmbeddingBody(
  target: TargetConfig,
  { inputs, dimensions, parameters }: EmbeddingRequest,
  asksForBase64: boolean,
): string {
  return JSON.stringify({
    ...parameters,
    ...(dimensions !== undefined && { dimensions }),
    ...(asksForBase64 && { encoding_format: 'base64' }),
    model: target.model,
    input: inputs.kind === 'texts' ? inputs.texts : inputs.tokens,
  });
}

/** The request as a server may quote it, and no log may. */
export function toSecretRequest({ inputs, parameters }: EmbeddingRequest) {
  const texts = inputs.kind === 'texts' ? inputs.texts : inputs.tokens.map((tokens) => tokens.join(', '));
  return { messages: texts.map((content) => ({ role: 'user' as const, content })), parameters };
}

/** The HTTP request. A query in the base URL, such as Azure's `api-version`, is kept. @param asksForBase64 whether that form is named; numbers are what every server answers with */
export function toEmbeddingHttpRequest(
  target: TargetConfig,
  request: EmbeddingRequest,
  asksForBase64: boolean,
): Dispatcher.DispatchOptions {
  const { origin, pathname, search } = new URL(target.baseUrl);
  return {
    origin,
    path: `${pathname.replace(/\/$/, '')}/embeddings${search}`,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'accept-encoding': 'identity',
      ...request.trace,
      ...targetHeaders(target),
    },
    body: toEmbeddingBody(target, request, asksForBase64),
  };
}

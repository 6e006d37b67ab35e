import type { Behaviour, RecordedRequest } from './model-server.exchange.js';
import { status } from './model-server.faults.js';

/** What the service asks an embedding server. */
export interface EmbeddingRequestBody {
  readonly model?: string;
  readonly input: readonly (string | readonly number[])[];
  readonly encoding_format?: string;
  readonly dimensions?: number;
  readonly [name: string]: unknown;
}

export function embeddingBodyOf({ text }: RecordedRequest): EmbeddingRequestBody {
  return JSON.parse(text) as EmbeddingRequestBody;
}

/** A vector that is different for each input, of numbers that 32 bits hold exactly. */
export function vectorOf(at: number, dimensions = 4): number[] {
  return Array.from({ length: dimensions }, (_, index) => (at + 1) / 2 ** (index + 1));
}

export function toBase64(numbers: readonly number[]): string {
  return Buffer.from(Float32Array.from(numbers).buffer).toString('base64');
}

/** The answer of a server that follows the protocol, or that ignores `encoding_format`. */
export function vectors(ignoresFormat = false): Behaviour {
  return (exchange) => {
    const { input, model, encoding_format, dimensions } = embeddingBodyOf(exchange.request);
    const isText = encoding_format === 'base64' && !ignoresFormat;
    const data = input.map((_, index) => {
      const vector = vectorOf(index, dimensions);
      return { object: 'embedding', index, embedding: isText ? toBase64(vector) : vector };
    });
    const usage = { prompt_tokens: 7, total_tokens: 7 };
    return status(200, { object: 'list', data, model, usage })(exchange);
  };
}

/** As {@link vectors}, for requests to embeddings alone, and always with vectors of four numbers. */
export function vectorsBeside(others: Behaviour): Behaviour {
  return (exchange) => {
    if (!exchange.request.url.endsWith('/embeddings')) return others(exchange);
    const data = embeddingBodyOf(exchange.request).input.map((_, index) => ({
      index,
      embedding: vectorOf(index),
    }));
    return entries(data)(exchange);
  };
}

/** An answer with these entries as they are. */
export function entries(data: unknown, more: object = {}): Behaviour {
  return status(200, { object: 'list', data, ...more });
}

import type { EmbeddingInputs, EmbeddingRequest } from '../../../../llm/embeddings/embedding-request.js';
import { passedToEmbeddings } from './input.validator.js';
import type { CreateEmbeddingRequestDto } from './request.dto.js';

/** What a caller wants of the embedding model. */
export function decodeEmbeddingRequest(
  body: CreateEmbeddingRequestDto,
): Omit<EmbeddingRequest, 'client' | 'trace'> {
  return {
    inputs: decodeInputs(body.input as string | readonly (string | number | readonly number[])[]),
    dimensions: body.dimensions ?? undefined,
    format: body.encoding_format ?? 'float',
    parameters: passedToEmbeddings(body),
  };
}

function decodeInputs(input: string | readonly (string | number | readonly number[])[]): EmbeddingInputs {
  if (typeof input === 'string') return { kind: 'texts', texts: [input] };
  if (typeof input[0] === 'string') return { kind: 'texts', texts: input as readonly string[] };
  const isOne = typeof input[0] === 'number';
  return { kind: 'tokens', tokens: (isOne ? [input] : input) as readonly (readonly number[])[] };
}

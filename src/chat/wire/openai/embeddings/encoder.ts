import type { VectorFormat } from '../../../../llm/embeddings/embedding-request.js';
import type { VectorAnswer } from '../../../../llm/embeddings/vector-answer.js';
import type { EmbeddingDto, EmbeddingListDto } from './answer.dto.js';

/** Smaller pieces leave together: each costs a write of its own. In bytes. */
const MIN_PIECE_BYTES = 16_384;

interface EncodedAs {
  readonly model: string;
  readonly format: VectorFormat;
}

/** An {@link EmbeddingListDto} as JSON, in pieces. Vectors that have the form already are not read. */
export function* encodeEmbeddings(vectors: VectorAnswer, { model, format }: EncodedAs): Generator<Buffer> {
  let parts: Buffer[] = [];
  let bytes = 0;
  for (const part of partsOf(vectors, { model, format })) {
    parts.push(part);
    bytes += part.length;
    if (bytes < MIN_PIECE_BYTES) continue;
    yield Buffer.concat(parts);
    [parts, bytes] = [[], 0];
  }
  yield Buffer.concat(parts);
}

function* partsOf(vectors: VectorAnswer, { model, format }: EncodedAs): Generator<Buffer> {
  const usage = { prompt_tokens: vectors.inputTokens, total_tokens: vectors.inputTokens };
  const list: Omit<EmbeddingListDto, 'data'> = { object: 'list', model, usage };
  yield Buffer.from(`${openJson(list)},"data":[`);
  for (let index = 0; index < vectors.count; index++) {
    const entry: Omit<EmbeddingDto, 'embedding'> = { object: 'embedding', index };
    yield Buffer.from(`${index === 0 ? '' : ','}${openJson(entry)},"embedding":`);
    yield vectors.toJson(index, format);
    yield Buffer.from('}');
  }
  yield Buffer.from(']}');
}

/** The JSON of an object without its last brace, for one more member. */
function openJson(value: object): string {
  return JSON.stringify(value).slice(0, -1);
}

import { Example, Integer, Schema } from '../../../../common/api/fields.js';

const VECTOR = {
  title: 'EmbeddingVector',
  description: 'In the form of `encoding_format`',
  oneOf: [
    { type: 'array', items: { type: 'number' } },
    { type: 'string', description: 'Base64 of 32-bit floats, little-endian' },
  ],
  example: [0.0123, -0.0456, 0.0789],
};

/** The vector of one input. */
export class EmbeddingDto {
  object!: 'embedding';
  /** Which input it is of, from 0 */
  @Integer({ min: 0 }) index!: number;
  @Schema(VECTOR) embedding!: unknown;
}

/** Tokens, as the embedding server counted them, or estimated. */
export class EmbeddingUsageDto {
  @Example(8) @Integer({ min: 0 }) prompt_tokens!: number;
  @Example(8) @Integer({ min: 0 }) total_tokens!: number;
}

/** The vectors, in the order of the inputs. */
export class EmbeddingListDto {
  object!: 'list';
  @Schema({ minItems: 1 }) data!: EmbeddingDto[];
  @Example('bge-m3') model!: string;
  usage!: EmbeddingUsageDto;
}

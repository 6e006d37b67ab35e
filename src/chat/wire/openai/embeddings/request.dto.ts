import { IsOptional } from 'class-validator';
import { Example, IsAnyText, IsInteger, IsOneOf } from '../../../../common/api/fields.js';
import { DeclaresPassedToEmbeddings, IsEmbeddingInput } from './input.validator.js';

const FORMATS = ['float', 'base64'] as const;
const MAX_DIMENSIONS = 2_147_483_647;

/**
 * The body of `POST /v1/embeddings`. `input_type`, `truncate`, `truncation`, `truncate_prompt_tokens`, `add_special_tokens`,
 * `normalize` and `priority` go to the embedding server as they are; other members that are not listed are ignored.
 */
@DeclaresPassedToEmbeddings()
export class CreateEmbeddingRequestDto {
  /** Texts, none of them empty. A single string, a list of token ids and a list of such lists are accepted too */
  @Example(['How do I send feedback?']) @IsEmbeddingInput() input!: unknown;
  /** The name of the embedding model; absent: that one @example 'bge-m3' */
  @IsOptional() @IsAnyText() model?: string | null;
  /** `base64`: each vector is Base64 of its 32-bit floats, little-endian. Absent: `float` */
  @IsOptional() @IsOneOf('EmbeddingFormat', FORMATS) encoding_format?: (typeof FORMATS)[number];
  /** The length of the vectors, for models that can shorten them; absent: the model's @example 1024 */
  @IsOptional() @IsInteger({ min: 1, max: MAX_DIMENSIONS }) dimensions?: number | null;
  /** The end user, in the client's words; the service neither stores it nor sends it on @example 'user123' */
  @IsOptional() @IsAnyText() user?: string | null;
}

import { Integer } from '../common/api/fields.js';
import type { ModelDescription } from './model-description.js';

export class ModelDto {
  /** The value for `model_name` @example 'qwen3-8b' */
  name!: string;
  /** Whether it is the default model @example true */
  default!: boolean;
  /** Room for prompt and answer together, in tokens @example 8192 */
  @Integer({ min: 1 }) context_tokens!: number;
  /** Whether it is the built-in model, which answers from the knowledge base without a model server @example false */
  builtin!: boolean;
}

export class ModelListDto {
  /** The default model first; never empty */
  models!: ModelDto[];
}

export function toModelListDto(models: readonly ModelDescription[]): ModelListDto {
  return {
    models: models.map(({ name, isDefault, contextTokens, builtin }) => ({
      name,
      default: isDefault,
      context_tokens: contextTokens,
      builtin,
    })),
  };
}

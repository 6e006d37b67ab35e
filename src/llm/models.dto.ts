import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { ModelDescription } from './model-description.js';

@ApiSchema({ name: 'Model' })
export class ModelDto {
  @ApiProperty({ type: String, description: 'What a request names as `model_name`', example: 'qwen3-8b' })
  name!: string;

  @ApiProperty({
    type: Boolean,
    description: 'Whether it answers when a request names no model',
    example: true,
  })
  default!: boolean;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'Room for prompt and answer together, in tokens',
    example: 8192,
  })
  context_tokens!: number;

  @ApiProperty({
    type: Boolean,
    description:
      'Whether it is the answerer that works from the knowledge base alone, without a model server',
    example: false,
  })
  builtin!: boolean;
}

@ApiSchema({ name: 'ModelList' })
export class ModelListDto {
  @ApiProperty({ type: [ModelDto], description: 'The default model first; never empty' })
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

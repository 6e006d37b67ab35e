import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { MAX_VERSION } from './template/template-reference.js';

/** Where a label is to point. */
@ApiSchema({ name: 'MovePromptLabelRequest' })
export class MovePromptLabelDto {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: MAX_VERSION,
    description: 'The version that gets the label 版本号',
    example: 1,
  })
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(MAX_VERSION, { message: `must be at most ${MAX_VERSION}` })
  version!: number;
}

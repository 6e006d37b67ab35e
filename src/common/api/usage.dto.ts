import { ApiSchema } from '@nestjs/swagger';
import { Example, Integer } from './fields.js';

@ApiSchema({
  description: 'Tokens, as the model server counted them or, where it does not, as they are estimated',
})
export class UsageDto {
  @Example(12) @Integer({ min: 0 }) input_tokens!: number;
  @Example(34) @Integer({ min: 0 }) output_tokens!: number;
}

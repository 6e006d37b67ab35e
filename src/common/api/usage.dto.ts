import { ApiSchema } from '@nestjs/swagger';
import { Integer } from './fields.js';

@ApiSchema({
  description: 'Tokens, as the model server counted them or, where it does not, as they are estimated',
})
export class UsageDto {
  /** @example 12 */
  @Integer({ min: 0 }) input_tokens!: number;
  /** @example 34 */
  @Integer({ min: 0 }) output_tokens!: number;
}

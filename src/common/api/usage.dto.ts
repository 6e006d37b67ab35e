import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** Tokens, as the model server counted them, or estimated. */
@ApiSchema({
  name: 'Usage',
  description: 'Tokens, as the model server counted them or, where it does not, as they are estimated',
})
export class UsageDto {
  @ApiProperty({ type: 'integer', minimum: 0, example: 12 })
  input_tokens!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 34 })
  output_tokens!: number;
}

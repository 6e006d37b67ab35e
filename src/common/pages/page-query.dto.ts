import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { UUID } from '../uuid.js';

/** Which part of a list is wanted, as its query string says. */
export class PageQueryDto {
  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 1,
    maximum: 100,
    default: 20,
    description: 'How many to list at most',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(100, { message: 'must be at most 100' })
  limit: number = 20;

  @ApiProperty({
    type: String,
    required: false,
    description:
      'The `next_cursor` of the page before, with the same filters; what is added meanwhile moves no page',
  })
  @IsOptional()
  @Matches(UUID, { message: 'must be a next_cursor of an earlier page' })
  cursor?: string;
}

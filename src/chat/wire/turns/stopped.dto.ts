import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { UsageDto } from '../../../common/api/usage.dto.js';

/** The state in which a turn was left. */
@ApiSchema({ name: 'StoppedTurn' })
export class StoppedDto {
  @ApiProperty({ format: 'uuid', example: '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11' })
  chat_id!: string;

  @ApiProperty({
    enum: ['running', 'completed', 'failed', 'cancelled'],
    enumName: 'TurnStatus',
    description:
      '`cancelled`: it was stopped; `completed`, `failed`: it had ended before; `running`: the process that answers it did not ' +
      'react within 5 seconds, send this again.',
    example: 'cancelled',
  })
  status!: 'running' | 'completed' | 'failed' | 'cancelled';

  @ApiProperty({
    enum: ['stop', 'length', 'content_filter', 'cancelled'],
    enumName: 'FinishReason',
    required: false,
    description: 'Absent while it is running, and when it failed',
    example: 'cancelled',
  })
  finish_reason?: string;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    example: 120,
    description: 'How much text was kept, in UTF-16 code units',
  })
  characters!: number;

  @ApiProperty({ type: UsageDto, required: false })
  usage?: UsageDto;
}

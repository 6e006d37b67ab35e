import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { UsageDto } from '../conversation/chat-answer.dto.js';
import { SourceDocDto } from '../qa/qa-frames.dto.js';

/** What is stored of a turn. */
@ApiSchema({ name: 'Receipt' })
export class ReceiptDto {
  @ApiProperty({
    type: String,
    format: 'uuid',
    description: 'The turn: `message_id` of variant A, `chat_id` of variant B',
    example: '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11',
  })
  chat_id!: string;

  @ApiProperty({ enum: ['conversation', 'qa'], enumName: 'TurnVariant', example: 'qa' })
  variant!: 'conversation' | 'qa';

  @ApiProperty({
    enum: ['running', 'completed', 'failed', 'cancelled'],
    enumName: 'TurnStatus',
    example: 'completed',
  })
  status!: 'running' | 'completed' | 'failed' | 'cancelled';

  @ApiProperty({ type: String, example: 'How do I send feedback?' })
  question!: string;

  @ApiProperty({
    type: String,
    description: 'The answer, or what there was of it; empty while the turn is running',
    example: 'Send feedback with POST /api/feedback.',
  })
  text!: string;

  @ApiProperty({
    enum: ['stop', 'length', 'content_filter', 'cancelled'],
    enumName: 'FinishReason',
    required: false,
    example: 'stop',
  })
  finish_reason?: string;

  @ApiProperty({
    type: String,
    required: false,
    description: 'Why it failed: the `code` of a problem',
    example: 'model_failed',
  })
  error_code?: string;

  @ApiProperty({ type: String, example: 'chatglm3-6b' })
  model_name!: string;

  @ApiProperty({
    type: String,
    required: false,
    description: 'Absent when the request brought its own instructions',
    example: 'qa',
  })
  prompt_name?: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    required: false,
    description: 'Absent for a built-in template',
    example: 1,
  })
  prompt_version?: number;

  @ApiProperty({ type: [SourceDocDto], description: 'The passages that the answer could draw on (信息来源)' })
  sourceDocs!: SourceDocDto[];

  @ApiProperty({ type: UsageDto, required: false })
  usage?: UsageDto;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T08:30:00.000Z' })
  created_at!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    required: false,
    description: 'Absent while the turn is running',
    example: '2026-11-20T08:30:02.000Z',
  })
  ended_at?: string;
}

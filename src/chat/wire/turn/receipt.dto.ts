import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { UsageDto } from '../conversation/chat-answer.dto.js';
import { SourceDocDto } from '../qa/qa-frames.dto.js';

/** What is stored of a turn. */
@ApiSchema({ name: 'Receipt' })
export class ReceiptDto {
  @ApiProperty({ format: 'uuid', description: 'The turn: `message_id` of variant A, `chat_id` of variant B' })
  chat_id!: string;

  @ApiProperty({ enum: ['conversation', 'qa'], enumName: 'TurnVariant' })
  variant!: 'conversation' | 'qa';

  @ApiProperty({ enum: ['running', 'completed', 'failed', 'cancelled'], enumName: 'TurnStatus' })
  status!: 'running' | 'completed' | 'failed' | 'cancelled';

  @ApiProperty()
  question!: string;

  @ApiProperty({ description: 'The answer, or what there was of it; empty while the turn is running' })
  text!: string;

  @ApiProperty({ enum: ['stop', 'length', 'content_filter', 'cancelled'], enumName: 'FinishReason', required: false })
  finish_reason?: string;

  @ApiProperty({ required: false, description: 'Why it failed: a problem code' })
  error_code?: string;

  @ApiProperty({ example: 'chatglm3-6b' })
  model_name!: string;

  @ApiProperty({ required: false, description: "Absent when the request brought its own instructions" })
  prompt_name?: string;

  @ApiProperty({ type: 'integer', required: false, description: 'Absent for a built-in template' })
  prompt_version?: number;

  @ApiProperty({ type: [SourceDocDto] })
  sourceDocs!: SourceDocDto[];

  @ApiProperty({ type: UsageDto, required: false })
  usage?: UsageDto;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', required: false })
  ended_at?: string;
}

import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { SourceDocDto } from '../common/api/source-doc.dto.js';
import { UsageDto } from '../common/api/usage.dto.js';

/** One request to a model server. */
@ApiSchema({ name: 'Attempt' })
export class AttemptDto {
  @ApiProperty({ type: String, description: 'Host and upstream model', example: 'gpu1:8000/chatglm3-6b' })
  target!: string;

  @ApiProperty({
    enum: ['answered', 'cancelled', 'model_failed', 'model_refused', 'model_overloaded', 'model_timeout'],
    enumName: 'AttemptOutcome',
    description: '`cancelled`: given up while it ran, by a caller or because the turn ended otherwise',
    example: 'answered',
  })
  outcome!: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'In ms', example: 1830 })
  duration_ms!: number;

  @ApiProperty({ type: 'integer', minimum: 0, required: false, description: 'In ms', example: 240 })
  first_token_ms?: number;
}

/** What one end user said of a turn. */
@ApiSchema({ name: 'ReceiptFeedback' })
export class ReceiptFeedbackDto {
  @ApiProperty({ type: String, example: 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935' })
  uid!: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 5, required: false, example: 4 })
  stars?: number;

  @ApiProperty({ type: String, required: false, example: '材料错误' })
  reason?: string;

  @ApiProperty({ type: String, required: false, example: 'Send it with POST /api/feedback.' })
  better_answer?: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T08:31:00.000Z' })
  updated_at!: string;
}

/** What is stored of a turn. */
@ApiSchema({ name: 'Receipt' })
export class ReceiptDto {
  @ApiProperty({
    type: String,
    format: 'uuid',
    description: 'The turn: `message_id` of variant A, `chat_id` of variant B, `id` of a chat completion',
    example: '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11',
  })
  chat_id!: string;

  @ApiProperty({ enum: ['conversation', 'qa', 'openai'], enumName: 'TurnVariant', example: 'qa' })
  variant!: string;

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
    description: 'Absent while it is answered, and when it failed',
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

  @ApiProperty({
    type: String,
    required: false,
    description: 'Why it failed, for people',
    example: 'It failed.',
  })
  error_detail?: string;

  @ApiProperty({
    type: String,
    required: false,
    description: 'Of variant A, or of `metadata` on `/v1`; absent: none',
    example: 'conv456',
  })
  conversation_id?: string;

  @ApiProperty({
    type: String,
    required: false,
    description: 'Who asked; a `uid` of variant B in lower case',
    example: 'user123',
  })
  end_user?: string;

  @ApiProperty({ type: String, example: 'chatglm3-6b' })
  model_name!: string;

  @ApiProperty({ type: [AttemptDto], description: 'Every request to a model server, in order' })
  attempts!: AttemptDto[];

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

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    required: false,
    description: 'To the first text, in ms',
    example: 260,
  })
  first_token_ms?: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    required: false,
    description: 'To the end, in ms',
    example: 2000,
  })
  duration_ms?: number;

  @ApiProperty({
    type: [ReceiptFeedbackDto],
    description: 'The latest, at most 100 and of at most 1 MiB, oldest first',
  })
  feedback!: ReceiptFeedbackDto[];

  @ApiProperty({ type: 'integer', minimum: 0, description: 'How much feedback there is', example: 1 })
  feedback_count!: number;
}

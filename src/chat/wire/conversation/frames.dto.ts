import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { UsageDto } from '../../../common/api/usage.dto.js';
import { ProblemDto } from '../../../common/errors/problem.dto.js';

const FINISH_REASONS = ['stop', 'length', 'content_filter', 'cancelled'] as const;
const MESSAGE_ID = '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11';

/** Variant A's answer as JSON. */
@ApiSchema({
  name: 'ChatAnswer',
  description: 'A whole answer of variant A',
})
export class ChatAnswerDto {
  @ApiProperty({ example: '机器学习是一门关于算法和统计的科学。' })
  text!: string;

  @ApiProperty({ format: 'uuid', example: MESSAGE_ID, description: 'The turn; feedback takes it as chat_id' })
  message_id!: string;

  @ApiProperty({ example: 'conv456' })
  conversation_id!: string;

  @ApiProperty({ example: 'chatglm3-6b' })
  model_name!: string;

  @ApiProperty({ enum: FINISH_REASONS, enumName: 'FinishReason', example: 'stop' })
  finish_reason!: (typeof FINISH_REASONS)[number];

  @ApiProperty({ type: UsageDto })
  usage!: UsageDto;
}

/** The first frame: the turn was accepted. */
@ApiSchema({
  name: 'ChatStartedFrame',
  description: 'The first frame: the question was accepted',
})
export class ChatStartedFrameDto {
  @ApiProperty({ enum: [''] })
  text!: '';

  @ApiProperty({ format: 'uuid', example: MESSAGE_ID })
  message_id!: string;

  @ApiProperty({ example: 'conv456' })
  conversation_id!: string;
}

/** More text, not cumulative; empty when it only keeps the connection open. */
@ApiSchema({
  name: 'ChatDeltaFrame',
  description: 'More text, not cumulative; empty when it only keeps the connection open',
})
export class ChatDeltaFrameDto {
  @ApiProperty({ example: '机器学习' })
  text!: string;

  @ApiProperty({ format: 'uuid', example: MESSAGE_ID })
  message_id!: string;
}

/** The last frame of an answer. */
@ApiSchema({
  name: 'ChatEndedFrame',
  description: 'The end of an answer, and of its stream',
})
export class ChatEndedFrameDto {
  @ApiProperty({ enum: [''] })
  text!: '';

  @ApiProperty({ format: 'uuid', example: MESSAGE_ID })
  message_id!: string;

  @ApiProperty({ enum: FINISH_REASONS, enumName: 'FinishReason', example: 'stop' })
  finish_reason!: (typeof FINISH_REASONS)[number];

  @ApiProperty({ type: UsageDto })
  usage!: UsageDto;
}

/** The last frame of an answer that failed. */
@ApiSchema({
  name: 'ChatFailedFrame',
  description: 'The end of an answer that failed, and of its stream',
})
export class ChatFailedFrameDto {
  @ApiProperty({ enum: [''] })
  text!: '';

  @ApiProperty({ format: 'uuid', example: MESSAGE_ID })
  message_id!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 400,
    maximum: 599,
    description: 'The status that `error` has',
    example: 502,
  })
  code!: number;

  @ApiProperty({ description: 'For people', example: 'The model server failed.' })
  msg!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    required: false,
    description:
      'Only with `turn_interrupted`: the length of the text that was stored, in UTF-16 code units. What you have beyond it was lost.',
    example: 42,
  })
  stored_chars?: number;

  @ApiProperty({ type: ProblemDto })
  error!: ProblemDto;
}

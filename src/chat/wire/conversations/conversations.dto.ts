import { ApiProperty, ApiSchema, IntersectionType } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { PageQueryDto } from '../../../common/pages/page-query.dto.js';
import { Lenient, toIdText } from '../../../common/http/lenient-scalars.js';
import { IsStorableText } from '../../../common/text/storable-text.js';

/** Whose conversation it must be. */
export class ConversationQueryDto {
  @ApiProperty({
    type: String,
    required: false,
    maxLength: 128,
    description: 'Whose it must be, else 404 (用户的ID); absent: any end user’s, or nobody’s',
  })
  @IsOptional()
  @IsStorableText({ max: 128 })
  user_id?: string;
}

/** Which part of the messages is wanted, and whose conversation it must be. */
export class MessagePageQueryDto extends IntersectionType(PageQueryDto, ConversationQueryDto) {}

/** Which part of the list is wanted, and whose. */
export class ConversationPageQueryDto extends PageQueryDto {
  @ApiProperty({
    type: String,
    required: false,
    maxLength: 128,
    description: 'Only those of this end user (用户的ID); absent: of all your end users, and of nobody',
  })
  @IsOptional()
  @IsStorableText({ max: 128 })
  user_id?: string;
}

/** A new name for a conversation. */
@ApiSchema({ name: 'RenameConversationRequest' })
export class RenameConversationDto {
  @ApiProperty({
    type: String,
    minLength: 1,
    maxLength: 255,
    description: 'The name (对话框的名称)',
    example: 'Feedback',
  })
  @IsStorableText({ min: 1, max: 255 })
  name!: string;

  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    maxLength: 128,
    description:
      'Whose it must be, else 404 (用户的ID), as in `POST /chat`; absent or empty: as the query says',
    // Swagger UI sends it as it is, and the conversation of its other examples may be of no end user.
    example: null,
  })
  @Lenient(toIdText)
  @IsOptional()
  @IsStorableText({ max: 128 })
  user_id?: string | null;
}

/** A conversation as it is listed. */
@ApiSchema({ name: 'Conversation' })
export class ConversationDto {
  @ApiProperty({ type: String, description: 'Your own id of it (对话框的ID)', example: 'conv456' })
  conversation_id!: string;

  @ApiProperty({ type: String, description: 'The name (对话框的名称)', example: 'Feedback' })
  name!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The end user it belongs to (用户的ID); null: nobody in particular',
    example: 'user123',
  })
  user_id!: string | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T08:30:00.000Z' })
  created_at!: string;
}

/** One page of conversations. */
@ApiSchema({ name: 'ConversationList' })
export class ConversationListDto {
  @ApiProperty({ type: [ConversationDto], description: 'The newest first, by when they were made' })
  conversations!: ConversationDto[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Give it as `cursor` for the next page; null: there is none',
    example: null,
  })
  next_cursor!: string | null;
}

/** A question of a conversation and its answer. */
@ApiSchema({ name: 'ConversationMessage' })
export class ConversationMessageDto {
  @ApiProperty({
    type: String,
    format: 'uuid',
    description: 'The turn: its receipt is `GET /api/chat/{chat_id}`',
    example: '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11',
  })
  message_id!: string;

  @ApiProperty({
    type: String,
    description: 'The question (用户输入的问题)',
    example: 'How do I send feedback?',
  })
  query!: string;

  @ApiProperty({
    type: String,
    description: 'The answer, or what there was of it; empty while it is given',
    example: 'Send feedback with POST /api/feedback.',
  })
  text!: string;

  @ApiProperty({
    enum: ['running', 'completed', 'failed', 'cancelled'],
    enumName: 'TurnStatus',
    example: 'completed',
  })
  status!: 'running' | 'completed' | 'failed' | 'cancelled';

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

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T08:30:00.000Z' })
  created_at!: string;
}

/** One page of what was said in a conversation. */
@ApiSchema({ name: 'ConversationMessageList' })
export class ConversationMessageListDto {
  @ApiProperty({ type: [ConversationMessageDto], description: 'The newest first' })
  messages!: ConversationMessageDto[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Give it as `cursor` for the next page; null: there is none',
    example: null,
  })
  next_cursor!: string | null;
}

import { IntersectionType } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { Example, IsText, Moment, Uuid } from '../../../common/api/fields.js';
import { FinishWord, StatusWord } from '../../../common/api/turn.dto.js';
import { PageDto, PageQueryDto } from '../../../common/pages/page.dto.js';
import { Lenient, toIdText } from '../../../common/http/lenient-scalars.js';

/** Whose conversation it must be. */
export class ConversationQueryDto {
  /** The end user that it must belong to, else 404 (用户的ID); absent: any end user, or none */
  @IsOptional() @IsText({ max: 128 }) user_id?: string;
}

/** Which part of the messages is wanted, and whose conversation it must be. */
export class MessagePageQueryDto extends IntersectionType(PageQueryDto, ConversationQueryDto) {}

/** Which part of the list is wanted, and whose. */
export class ConversationPageQueryDto extends PageQueryDto {
  /** Only those of this end user (用户的ID); absent: of all your end users, and of none */
  @IsOptional() @IsText({ max: 128 }) user_id?: string;
}

/** A new name for a conversation. */
export class RenameConversationRequestDto {
  /** The name (会话名称) @example 'Feedback' */
  @IsText({ min: 1, max: 255 }) name!: string;
  /** The end user that it must belong to, else 404 (用户的ID), as in `POST /chat`; absent or empty: as the query says */
  // Swagger UI sends it as it is, and the conversation of its other examples may be of no end user.
  @Example(null) @Lenient(toIdText) @IsOptional() @IsText({ max: 128 }) user_id?: string | null;
}

/** A conversation as it is listed. */
export class ConversationDto {
  /** Your own id of it (会话 ID) @example 'conv456' */
  conversation_id!: string;
  /** The name (会话名称) @example 'Feedback' */
  name!: string;
  /** The end user it belongs to (用户的ID); null: none @example 'user123' */
  user_id!: string | null;
  @Moment() created_at!: string;
}

/** One page of conversations. */
export class ConversationListDto extends PageDto {
  /** The newest first, by their creation */
  conversations!: ConversationDto[];
}

/** A question of a conversation and its answer. */
export class ConversationMessageDto {
  @Uuid('The turn: its receipt is `GET /api/chat/{chat_id}`') message_id!: string;
  /** The question (用户输入的问题) @example 'How do I send feedback?' */
  query!: string;
  /** The answer, or its stored part; empty while it is running @example 'Send feedback with POST /api/feedback.' */
  text!: string;
  @StatusWord() status!: StatusWord;
  @FinishWord() finish_reason?: FinishWord;
  /** Why it failed: the `code` of a problem @example 'model_failed' */
  error_code?: string;
  @Moment() created_at!: string;
}

/** One page of what was said in a conversation. */
export class ConversationMessageListDto extends PageDto {
  /** The newest first */
  messages!: ConversationMessageDto[];
}

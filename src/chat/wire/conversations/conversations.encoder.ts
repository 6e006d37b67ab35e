import type { Page } from '../../../common/pages/page.js';
import type { ConversationSummary, ConversationTurn } from '../../conversation/conversation.repository.js';
import type {
  ConversationDto,
  ConversationListDto,
  ConversationMessageDto,
  ConversationMessageListDto,
} from './conversations.dto.js';

export function toConversation({
  externalId,
  name,
  endUser,
  createdAt,
}: ConversationSummary): ConversationDto {
  return { conversation_id: externalId, name, user_id: endUser, created_at: createdAt.toISOString() };
}

export function toConversationList({ items, nextCursor }: Page<ConversationSummary>): ConversationListDto {
  return { conversations: items.map(toConversation), next_cursor: nextCursor };
}

export function toMessageList({ items, nextCursor }: Page<ConversationTurn>): ConversationMessageListDto {
  return { messages: items.map(toMessage), next_cursor: nextCursor };
}

function toMessage(turn: ConversationTurn): ConversationMessageDto {
  return {
    message_id: turn.id,
    query: turn.question,
    text: turn.answer,
    status: turn.status,
    finish_reason: turn.finishReason ?? undefined,
    error_code: turn.errorCode ?? undefined,
    created_at: turn.createdAt.toISOString(),
  };
}

import type { Page } from '../common/pages/page.js';
import type { FeedbackEntity } from './feedback.entity.js';
import type { RatedTurn } from './rated-turn.repository.js';
import type { FeedbackDto, RatedAnswerDto, FeedbackListDto } from './feedback.dto.js';

export function toFeedbackDto(feedback: Omit<FeedbackEntity, 'clientId' | 'id'>): FeedbackDto {
  return {
    chat_id: feedback.turnId,
    uid: feedback.uid,
    stars: feedback.stars,
    reason: feedback.reason,
    better_answer: feedback.betterAnswer,
    revision: feedback.revision,
    created_at: feedback.createdAt.toISOString(),
    updated_at: feedback.updatedAt.toISOString(),
  };
}

export function toFeedbackListDto({ items, nextCursor }: Page<RatedTurn>): FeedbackListDto {
  return { feedback: items.map(toRatedAnswerDto), next_cursor: nextCursor };
}

function toRatedAnswerDto(rated: RatedTurn): RatedAnswerDto {
  return {
    ...toFeedbackDto(rated),
    variant: rated.variant,
    question: rated.question,
    answer: rated.answer,
    model_name: rated.model,
    prompt_name: rated.promptName ?? undefined,
    prompt_version: rated.promptVersion ?? undefined,
  };
}

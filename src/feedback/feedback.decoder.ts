import { invalidField } from '../common/errors/app-error.js';
import type { FeedbackRequest } from './feedback.service.js';
import type { FeedbackRequestDto } from './feedback.dto.js';

/** @throws AppError `validation_failed` for a feedback that says nothing, as one whose fields are all unknown */
export function toFeedbackRequest(clientId: string, body: FeedbackRequestDto): FeedbackRequest {
  const { chat_id: turnId, uid, stars, reason, better_answer: betterAnswer } = body;
  if ((stars ?? reason ?? betterAnswer ?? null) === null)
    throw invalidField('', 'must have at least one of stars, reason and better_answer');
  return { clientId, turnId, uid, stars, reason, betterAnswer };
}

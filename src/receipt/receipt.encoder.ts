import type { StoredTurn } from '../chat/reading/turn-views.js';
import type { FeedbackOfTurn, GivenFeedback } from '../feedback/feedback.service.js';
import type { AttemptDto, ReceiptDto, ReceiptFeedbackDto, ReceiptToolCallDto } from './receipt.dto.js';

/** A stored turn and what was said of it, as its receipt. What does not apply is left out. */
export function toReceipt(turn: StoredTurn, feedback: FeedbackOfTurn): ReceiptDto {
  const { usage, createdAt, endedAt } = turn;
  return {
    chat_id: turn.id,
    variant: turn.variant,
    status: turn.status,
    question: turn.question,
    text: turn.answer,
    reasoning: filled(turn.reasoning),
    tool_calls: toToolCalls(turn.toolCalls),
    finish_reason: turn.finishReason ?? undefined,
    error_code: turn.errorCode ?? undefined,
    error_detail: turn.errorDetail ?? undefined,
    conversation_id: turn.conversationId ?? undefined,
    end_user: turn.endUser ?? undefined,
    model_name: turn.model,
    attempts: turn.attempts.map(toAttempt),
    prompt_name: turn.promptName ?? undefined,
    prompt_version: turn.promptVersion ?? undefined,
    sourceDocs: turn.sources.map(({ text, metadata }) => ({ pageContent: text, metadata })),
    usage: usage ? { input_tokens: usage.inputTokens, output_tokens: usage.outputTokens } : undefined,
    created_at: createdAt.toISOString(),
    ended_at: endedAt?.toISOString(),
    first_token_ms: turn.firstTokenMs ?? undefined,
    duration_ms: endedAt ? endedAt.getTime() - createdAt.getTime() : undefined,
    feedback: feedback.latest.map(toFeedback),
    feedback_count: feedback.count,
  };
}

function filled(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function toToolCalls(calls: StoredTurn['toolCalls']): ReceiptToolCallDto[] | undefined {
  if (calls.length === 0) return undefined;
  return calls.map(({ id, name, arguments: json }) => ({ id, name, arguments: json }));
}

function toAttempt({
  target,
  outcome,
  durationMs,
  firstTokenMs,
}: StoredTurn['attempts'][number]): AttemptDto {
  return { target, outcome, duration_ms: durationMs, first_token_ms: firstTokenMs };
}

function toFeedback({ uid, stars, reason, betterAnswer, updatedAt }: GivenFeedback): ReceiptFeedbackDto {
  return {
    uid,
    stars: stars ?? undefined,
    reason: reason ?? undefined,
    better_answer: betterAnswer ?? undefined,
    updated_at: updatedAt.toISOString(),
  };
}

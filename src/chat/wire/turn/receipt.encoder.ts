import type { TurnEntity } from '../../turn.entity.js';
import type { ReceiptDto } from './receipt.dto.js';

/** A stored turn as its receipt. What does not apply is left out. */
export function toReceipt(turn: TurnEntity): ReceiptDto {
  const { inputTokens, outputTokens } = turn;
  return {
    chat_id: turn.id,
    variant: turn.variant,
    status: turn.status,
    question: turn.question,
    text: turn.answer,
    finish_reason: turn.finishReason ?? undefined,
    error_code: turn.errorCode ?? undefined,
    model_name: turn.model,
    prompt_name: turn.promptName ?? undefined,
    prompt_version: turn.promptVersion ?? undefined,
    sourceDocs: turn.sources.map(({ text, metadata }) => ({ pageContent: text, metadata })),
    usage:
      inputTokens === null || outputTokens === null
        ? undefined
        : { input_tokens: inputTokens, output_tokens: outputTokens },
    created_at: turn.createdAt.toISOString(),
    ended_at: turn.endedAt?.toISOString(),
  };
}

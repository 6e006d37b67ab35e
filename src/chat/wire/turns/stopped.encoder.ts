import type { TurnEntity } from '../../turn/turn.entity.js';
import type { StoppedTurnDto } from './turns.dto.js';

/** The state of a turn after somebody asked to stop it. */
export function toStopped({
  id,
  status,
  finishReason,
  answer,
  inputTokens,
  outputTokens,
}: TurnEntity): StoppedTurnDto {
  const isCounted = inputTokens !== null && outputTokens !== null;
  return {
    chat_id: id,
    status,
    finish_reason: finishReason ?? undefined,
    characters: answer.length,
    usage: isCounted ? { input_tokens: inputTokens, output_tokens: outputTokens } : undefined,
  };
}

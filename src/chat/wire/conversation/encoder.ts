import { type ProblemContext, toProblem } from '../../../common/errors/problem.js';
import type { SseFrame } from '../../../common/http/sse/sse.js';
import type { Usage } from '../../../llm/completion.js';
import type { TurnEvent } from '../../domain/turn-event.js';
import type { FinishReason } from '../../domain/turn-outcome.js';
import { encodeUsage } from '../usage.encoder.js';
import type {
  ChatDeltaFrameDto,
  ChatEndedFrameDto,
  ChatFailedFrameDto,
  ChatStartedFrameDto,
} from './frames.dto.js';

/** What a stream of the Conversation API needs beside its events. */
export interface ConversationStream {
  readonly messageId: string;
  readonly conversationId: string;
  readonly context: ProblemContext;
  /** Frames of `/chat/stream` carry `id:`; on `/chat` a strict client would lose their text. */
  readonly withIds: boolean;
  /** Whether the reader asked for the reasoning. */
  readonly withReasoning: boolean;
}

type ChatFrame = ChatStartedFrameDto | ChatDeltaFrameDto | ChatEndedFrameDto | ChatFailedFrameDto;
type Failed = Extract<TurnEvent, { type: 'turn.failed' }>;

/** The frames of an event: one, or none where the Conversation API has no word for it. */
export function encodeConversationEvent(stream: ConversationStream, event: TurnEvent): SseFrame[] {
  const frame = toFrame(stream, event);
  if (frame === null) return [];
  const data = JSON.stringify(frame);
  return [stream.withIds ? { data, id: `${stream.messageId}:${event.seq}` } : { data }];
}

/** The empty delta that keeps an idle connection open. It is no event of the turn, so it has no id. */
export function conversationHeartbeat(messageId: string): SseFrame {
  return { data: JSON.stringify({ text: '', message_id: messageId } satisfies ChatDeltaFrameDto) };
}

function toFrame(stream: ConversationStream, event: TurnEvent): ChatFrame | null {
  const { messageId, conversationId, context } = stream;
  switch (event.type) {
    case 'turn.started':
      return {
        text: '',
        message_id: messageId,
        conversation_id: conversationId,
      } satisfies ChatStartedFrameDto;
    case 'text.delta':
      return { text: event.text, message_id: messageId } satisfies ChatDeltaFrameDto;
    case 'reasoning.delta':
      return toReasoning(stream, event.text);
    case 'turn.completed':
      return toEnded(messageId, event.finishReason, event.usage);
    case 'turn.cancelled':
      return toEnded(messageId, 'cancelled', event.usage);
    case 'turn.failed':
      return toFailed(messageId, event, context);
    case 'sources.retrieved':
    case 'text.committed':
    case 'text.voided':
    case 'tool_call.delta':
    case 'sides.voided':
      return null;
  }
}

function toReasoning(
  { messageId, withReasoning }: ConversationStream,
  reasoning: string,
): ChatDeltaFrameDto | null {
  return withReasoning ? { text: '', reasoning, message_id: messageId } : null;
}

function toEnded(messageId: string, finishReason: FinishReason, usage: Usage): ChatEndedFrameDto {
  return { text: '', message_id: messageId, finish_reason: finishReason, usage: encodeUsage(usage) };
}

/**
 * A widely used client shows `msg` when there is a `code` that is not 200. `stored_chars` comes only after
 * the death of a process: text beyond it was never stored, and this API cannot retract it.
 */
function toFailed(
  messageId: string,
  { error, storedChars }: Failed,
  context: ProblemContext,
): ChatFailedFrameDto {
  const problem = toProblem(error, context);
  const { status: code, detail: msg } = problem;
  return { text: '', message_id: messageId, code, msg, stored_chars: storedChars, error: problem };
}

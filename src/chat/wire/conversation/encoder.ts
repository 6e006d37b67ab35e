import { type ProblemContext, toProblem } from '../../../common/errors/problem.js';
import type { SseFrame } from '../../../common/http/sse/sse.js';
import type { Usage } from '../../../llm/completion.js';
import type { TurnEvent, TurnEventBody } from '../../domain/turn-event.js';
import type { FinishReason } from '../../domain/turn-outcome.js';

/** What a stream of variant A needs beside its events. */
export interface ConversationStream {
  readonly messageId: string;
  readonly conversationId: string;
  readonly context: ProblemContext;
  /** Frames of `/chat/stream` carry `id:`; on `/chat` a strict client would lose their text. */
  readonly withIds: boolean;
}

/** The frames of an event: one, or none where variant A has no word for it. */
export function encodeConversationEvent(stream: ConversationStream, event: TurnEvent): SseFrame[] {
  const data = encodeData(stream, event);
  if (data === null) return [];
  return [stream.withIds ? { data, id: `${stream.messageId}:${event.seq}` } : { data }];
}

/** The empty delta that keeps an idle connection open. It is no event of the turn, so it has no id. */
export function conversationHeartbeat(messageId: string): SseFrame {
  return { data: encodeDelta(messageId, '') };
}

function encodeData(
  { messageId, conversationId, context }: ConversationStream,
  event: TurnEventBody,
): string | null {
  switch (event.type) {
    case 'turn.started':
      return JSON.stringify({ text: '', message_id: messageId, conversation_id: conversationId });
    case 'text.delta':
      return encodeDelta(messageId, event.text);
    case 'turn.completed':
      return encodeEnd(messageId, event.finishReason, event.usage);
    case 'turn.cancelled':
      return encodeEnd(messageId, 'cancelled', event.usage);
    case 'turn.failed':
      return encodeFailure(messageId, event, context);
    case 'sources.retrieved':
    case 'text.committed':
    case 'text.voided':
      return null;
  }
}

/** The ids are UUIDs: nothing in them needs escaping. */
function encodeDelta(messageId: string, text: string): string {
  return `{"text":${JSON.stringify(text)},"message_id":"${messageId}"}`;
}

function encodeEnd(messageId: string, finishReason: FinishReason, usage: Usage): string {
  return JSON.stringify({
    text: '',
    message_id: messageId,
    finish_reason: finishReason,
    usage: encodeUsage(usage),
  });
}

/**
 * A widely used client shows `msg` when there is a `code` that is not 200. `stored_chars` comes only after
 * the death of a process: text beyond it was never stored, and this variant cannot void it.
 */
function encodeFailure(
  messageId: string,
  { error, storedChars }: Extract<TurnEventBody, { type: 'turn.failed' }>,
  context: ProblemContext,
): string {
  const problem = toProblem(error, context);
  const { status: code, detail: msg } = problem;
  const stored = storedChars === undefined ? {} : { stored_chars: storedChars };
  return JSON.stringify({ text: '', message_id: messageId, code, msg, ...stored, error: problem });
}

export function encodeUsage({ inputTokens, outputTokens }: Usage): {
  input_tokens: number;
  output_tokens: number;
} {
  return { input_tokens: inputTokens, output_tokens: outputTokens };
}

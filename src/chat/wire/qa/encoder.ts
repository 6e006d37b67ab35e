import { type ProblemContext, toProblem } from '../../../common/errors/problem.js';
import type { SseFrame } from '../../../common/http/sse/sse.js';
import type { Usage } from '../../../llm/completion.js';
import type { Source, TurnEvent } from '../../domain/turn-event.js';
import type { FinishReason } from '../../domain/turn-outcome.js';

/** What a stream of variant B needs beside its events. */
export interface QaStream {
  readonly chatId: string;
  readonly context: ProblemContext;
}

/** A known page keeps its input locked until this comes, after a failure too. */
export const DONE = '[DONE]';

/** The frames of an event; the terminal one is followed by `[DONE]` under the same id. */
export function encodeQaEvent({ chatId, context }: QaStream, event: TurnEvent): SseFrame[] {
  const id = `${chatId}:${event.seq}`;
  switch (event.type) {
    case 'turn.started':
      return [{ id, data: `{"data":"","chat_id":"${chatId}"}` }];
    case 'sources.retrieved':
      return [{ id, data: JSON.stringify({ sourceDocs: event.sources.map(encodeSource), chat_id: chatId }) }];
    case 'text.delta':
      return [{ id, data: `{"data":${JSON.stringify(event.text)}}` }];
    case 'text.voided':
      return [{ id, data: '{"action":"RETRYING"}' }];
    case 'text.committed':
      return [{ id, data: '{"action":"BREAK"}' }];
    case 'turn.completed':
      return withDone(id, encodeEnd(event.finishReason, event.usage));
    case 'turn.cancelled':
      return withDone(id, encodeEnd('cancelled', event.usage));
    case 'turn.failed':
      return withDone(id, JSON.stringify({ data: '', error: toProblem(event.error, context) }));
  }
}

/** The empty delta that keeps an idle connection open. It is no event of the turn, so it has no id. */
export const QA_HEARTBEAT: SseFrame = { data: '{"data":""}' };

function withDone(id: string, data: string): SseFrame[] {
  return [
    { id, data },
    { id, data: DONE },
  ];
}

function encodeEnd(finishReason: FinishReason, usage: Usage): string {
  const { inputTokens, outputTokens } = usage;
  return JSON.stringify({
    data: '',
    finish_reason: finishReason,
    usage: { input_tokens: inputTokens, output_tokens: outputTokens },
  });
}

function encodeSource({ text, metadata }: Source): { pageContent: string; metadata: Source['metadata'] } {
  return { pageContent: text, metadata };
}

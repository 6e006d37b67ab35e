import type { AppError } from '../../../common/errors/app-error.js';
import { type ProblemContext, toProblem } from '../../../common/errors/problem.js';
import type { SseFrame } from '../../../common/http/sse/sse.js';
import type { Usage } from '../../../llm/completion.js';
import type { Source, TurnEvent } from '../../domain/turn-event.js';
import type { FinishReason } from '../../domain/turn-outcome.js';
import { encodeUsage } from '../usage.encoder.js';
import type {
  QaActionFrameDto,
  QaDeltaFrameDto,
  QaEndedFrameDto,
  QaFailedFrameDto,
  QaSourcesFrameDto,
  QaStartedFrameDto,
} from './frames.dto.js';

/** What a stream of the QA API needs beside its events. */
export interface QaStream {
  readonly chatId: string;
  readonly context: ProblemContext;
  /** Whether the reader asked for the reasoning. */
  readonly withReasoning: boolean;
}

type ReasoningEvent = Extract<TurnEvent, { type: 'reasoning.delta' | 'sides.voided' }>;

interface Ended {
  readonly finishReason: FinishReason;
  readonly usage: Usage;
}

/** A known page keeps its input locked until this comes, after a failure too. */
export const DONE = '[DONE]';

/** The frames of an event; the terminal one is followed by `[DONE]` under the same id. */
export function encodeQaEvent(stream: QaStream, event: TurnEvent): SseFrame[] {
  const { chatId, context } = stream;
  const id = `${chatId}:${event.seq}`;
  switch (event.type) {
    case 'turn.started':
      return [toSse(id, { data: '', chat_id: chatId } satisfies QaStartedFrameDto)];
    case 'sources.retrieved':
      return [toSse(id, toSources(chatId, event.sources))];
    case 'text.delta':
      return [toSse(id, { data: event.text } satisfies QaDeltaFrameDto)];
    case 'text.voided':
      return [toSse(id, { action: 'RETRYING' } satisfies QaActionFrameDto)];
    case 'text.committed':
      return [toSse(id, { action: 'BREAK' } satisfies QaActionFrameDto)];
    case 'reasoning.delta':
    case 'sides.voided':
      return encodeReasoning(stream, id, event);
    case 'tool_call.delta':
      return [];
    case 'turn.completed':
      return [toSse(id, toEnded(event)), { id, data: DONE }];
    case 'turn.cancelled':
      return [toSse(id, toEnded({ finishReason: 'cancelled', usage: event.usage })), { id, data: DONE }];
    case 'turn.failed':
      return [toSse(id, toFailed(event.error, context)), { id, data: DONE }];
  }
}

/** The empty delta that keeps an idle connection open. It is no event of the turn, so it has no id. */
export const QA_HEARTBEAT: SseFrame = { data: JSON.stringify({ data: '' } satisfies QaDeltaFrameDto) };

/** Only a reader of the reasoning has some to drop. */
function encodeReasoning({ withReasoning }: QaStream, id: string, event: ReasoningEvent): SseFrame[] {
  if (!withReasoning) return [];
  if (event.type === 'sides.voided') return [toSse(id, { action: 'RETRYING' } satisfies QaActionFrameDto)];
  return [toSse(id, { data: '', reasoning: event.text } satisfies QaDeltaFrameDto)];
}

function toSse(id: string, frame: object): SseFrame {
  return { id, data: JSON.stringify(frame) };
}

function toSources(chatId: string, sources: readonly Source[]): QaSourcesFrameDto {
  const sourceDocs = sources.map(({ text, metadata }) => ({ pageContent: text, metadata }));
  return { sourceDocs, chat_id: chatId };
}

function toEnded({ finishReason, usage }: Ended): QaEndedFrameDto {
  return { data: '', finish_reason: finishReason, usage: encodeUsage(usage) };
}

function toFailed(error: AppError, context: ProblemContext): QaFailedFrameDto {
  return { data: '', error: toProblem(error, context) };
}

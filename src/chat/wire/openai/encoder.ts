import { toOpenAiError } from './errors.js';
import type { SseFrame } from '../../../common/http/sse/sse.js';
import { millisecondsOf } from '../../../common/uuid.js';
import type { Usage } from '../../../llm/completion.js';
import type { TurnEvent } from '../../domain/turn-event.js';
import type { FinishReason } from '../../domain/turn-outcome.js';
import type { ChatCompletionUsageDto, OpenAiFinishReason } from './frames.dto.js';

/** What a stream of chunks needs beside its events. */
export interface ChunkStream {
  readonly id: string;
  /** The name that the request used, or would have. */
  readonly model: string;
  /** Whether a last chunk carries the usage. */
  readonly withUsage: boolean;
}

const DONE = '[DONE]';
const EMPTY_DELTA = '{"content":""}';

/** Encodes the events of one turn. What is the same in all of its chunks is made once. */
export class ChunkEncoder {
  private readonly head: string;

  constructor(private readonly stream: ChunkStream) {
    const { id, model } = stream;
    const common = JSON.stringify({ id, object: 'chat.completion.chunk', created: createdAt(id), model });
    this.head = common.slice(0, -1);
  }

  /** The frames of an event: none, one, or at the end several. None has an id. */
  encode(event: TurnEvent): SseFrame[] {
    return this.dataOf(event).map((data) => ({ data }));
  }

  /** The empty delta that keeps an idle connection open. */
  heartbeat(): SseFrame {
    return { data: this.chunk(EMPTY_DELTA, null) };
  }

  private dataOf(event: TurnEvent): string[] {
    switch (event.type) {
      case 'turn.started':
        return [this.chunk('{"role":"assistant","content":""}', null)];
      case 'text.delta':
        return [this.chunk(`{"content":${JSON.stringify(event.text)}}`, null)];
      case 'turn.completed':
        return this.end(event.finishReason, event.usage);
      case 'turn.cancelled':
        return this.end('cancelled', event.usage);
      case 'turn.failed':
        return [JSON.stringify(toOpenAiError(event.error))];
      case 'sources.retrieved':
      case 'text.committed':
      case 'text.voided':
        return [];
    }
  }

  private chunk(delta: string, finishReason: OpenAiFinishReason | null): string {
    const reason = JSON.stringify(finishReason);
    return `${this.head},"choices":[{"index":0,"delta":${delta},"finish_reason":${reason}}]}`;
  }

  private end(finishReason: FinishReason, usage: Usage): string[] {
    const last = this.chunk('{}', toOpenAiFinishReason(finishReason));
    if (!this.stream.withUsage) return [last, DONE];
    return [last, `${this.head},"choices":[],"usage":${JSON.stringify(encodeUsage(usage))}}`, DONE];
  }
}

/** When a turn was asked, in whole seconds since 1970: its id knows, so that it is the same for every reader. */
export function createdAt(turnId: string): number {
  return Math.floor(millisecondsOf(turnId) / 1_000);
}

export function toOpenAiFinishReason(finishReason: FinishReason): OpenAiFinishReason {
  return finishReason === 'cancelled' ? 'stop' : finishReason;
}

export function encodeUsage({ inputTokens, outputTokens }: Usage): ChatCompletionUsageDto {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}

import { toOpenAiError } from '../v1-errors.js';
import type { SseFrame } from '../../../common/http/sse/sse.js';
import { secondsOf } from '../../../common/uuid.js';
import type { ToolCallDelta, Usage } from '../../../llm/completion.js';
import type { TurnEvent } from '../../domain/turn-event.js';
import type { FinishReason } from '../../domain/turn-outcome.js';
import { encodeToolCallDelta } from './calls.encoder.js';
import type {
  ChatCompletionChunkChoiceDto,
  ChatCompletionChunkDto,
  ChatCompletionFailedFrameDto,
  ChatCompletionUsageDto,
  OpenAiFinishReason,
} from './frames.dto.js';

/** What a stream of chunks needs beside its events. */
export interface ChunkStream {
  readonly id: string;
  /** The name that the request used, or would have. */
  readonly model: string;
  /** Whether a last chunk carries the usage. */
  readonly withUsage: boolean;
  /** Whether the caller reads `function_call` in place of `tool_calls`. */
  readonly asFunctionCall: boolean;
}

type Choice = ChatCompletionChunkChoiceDto;

const DONE = { data: '[DONE]' };

/** Encodes the events of one turn. What is the same in all of its chunks is made once. */
export class ChunkEncoder {
  /** Whether the last event was a failure. */
  hasFailed = false;
  private hasCalls = false;
  private readonly common: Omit<ChatCompletionChunkDto, 'choices'>;

  constructor(private readonly stream: ChunkStream) {
    const { id, model } = stream;
    this.common = { id, object: 'chat.completion.chunk', created: secondsOf(id), model };
  }

  /** The frames of an event: none, one, or at the end several. None has an id. */
  encode(event: TurnEvent): SseFrame[] {
    switch (event.type) {
      case 'turn.started':
        return [this.chunk({ role: 'assistant', content: '' })];
      case 'text.delta':
        return [this.chunk({ content: event.text })];
      case 'reasoning.delta':
        return [this.chunk({ reasoning_content: event.text })];
      case 'tool_call.delta':
        return this.toolCall(event);
      case 'turn.completed':
        return this.end(event.finishReason, event.usage);
      case 'turn.cancelled':
        return this.end('cancelled', event.usage);
      case 'turn.failed':
        this.hasFailed = true;
        return [toSse<ChatCompletionFailedFrameDto>(toOpenAiError(event.error))];
      case 'sources.retrieved':
      case 'text.committed':
      case 'text.voided':
      case 'sides.voided':
        return [];
    }
  }

  private chunk(delta: Choice['delta'], finishReason: OpenAiFinishReason | null = null): SseFrame {
    const choice: Choice = { index: 0, delta, finish_reason: finishReason };
    return toSse<ChatCompletionChunkDto>({ ...this.common, choices: [choice] });
  }

  private toolCall(event: ToolCallDelta): SseFrame[] {
    this.hasCalls = true;
    const delta = encodeToolCallDelta(event, this.stream.asFunctionCall);
    return delta ? [this.chunk(delta)] : [];
  }

  private end(finishReason: FinishReason, usage: Usage): SseFrame[] {
    const { hasCalls } = this;
    const { asFunctionCall } = this.stream;
    const last = this.chunk({}, toOpenAiFinishReason(finishReason, { hasCalls, asFunctionCall }));
    if (!this.stream.withUsage) return [last, DONE];
    const counted = { ...this.common, choices: [], usage: encodeCompletionUsage(usage) };
    return [last, toSse<ChatCompletionChunkDto>(counted), DONE];
  }
}

function toSse<Frame>(frame: Frame): SseFrame {
  return { data: JSON.stringify(frame) };
}

/** @param hasCalls whether the answer has calls. Of a cancelled answer they may be cut, and `stop` would say that they are complete */
export function toOpenAiFinishReason(
  finishReason: FinishReason,
  { hasCalls, asFunctionCall }: { readonly hasCalls: boolean; readonly asFunctionCall: boolean },
): OpenAiFinishReason {
  if (finishReason === 'tool_calls' && asFunctionCall) return 'function_call';
  if (finishReason !== 'cancelled') return finishReason;
  return hasCalls ? 'length' : 'stop';
}

export function encodeCompletionUsage({ inputTokens, outputTokens }: Usage): ChatCompletionUsageDto {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}

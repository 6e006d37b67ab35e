import { Inject, Injectable } from '@nestjs/common';
import type { IncomingCall } from '../../../common/http/incoming-call.js';
import { type FrameStream, KEEP_ALIVE } from '../../../common/http/sse/sse.js';
import { APP_CONFIG, type AppConfig } from '../../../config/app-config.js';
import type { TurnEvent } from '../../domain/turn-event.js';
import type { ReadableTurn } from '../../reading/readable-turn.js';
import { readWholeAnswer, type WholeAnswer } from '../whole-answer.js';
import { encodeToolCalls, readsFunctionCall } from './calls.encoder.js';
import type { ChatCompletionRequestDto } from './request.dto.js';
import type { ChatCompletionAnswerDto, ChatCompletionDto } from './frames.dto.js';
import { ChunkEncoder, createdAt, encodeCompletionUsage, toOpenAiFinishReason } from './encoder.js';
import { whenItSpeaks } from '../when-it-speaks.js';

/** What of a request its answer depends on. */
export interface CompletionForm {
  /** Whether it reads `function_call` in place of `tool_calls`. */
  readonly asFunctionCall: boolean;
  readonly disconnected: AbortSignal;
}

export function completionFormOf(
  body: ChatCompletionRequestDto,
  { disconnected }: Pick<IncomingCall, 'disconnected'>,
): CompletionForm {
  return { asFunctionCall: readsFunctionCall(body), disconnected };
}

/** Shows a turn in the form of the OpenAI API: as a stream of chunks or as one JSON answer. */
@Injectable()
export class OpenAiPresenter {
  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {}

  /**
   * The stream of a turn, when it has begun to speak, or was waited for long enough.
   * @throws AppError why the turn failed before that
   */
  async stream(
    { id, model, events$ }: ReadableTurn,
    { withUsage, asFunctionCall, disconnected }: CompletionForm & { withUsage: boolean },
  ): Promise<FrameStream<TurnEvent>> {
    const encoder = new ChunkEncoder({ id, model, withUsage, asFunctionCall });
    const { heartbeatIntervalMs, statusWaitMs } = this.config.turn;
    return {
      events$: await whenItSpeaks(events$, disconnected, statusWaitMs),
      encode: (event) => encoder.encode(event),
      heartbeat: KEEP_ALIVE,
      heartbeatMs: heartbeatIntervalMs,
      hasFailed: () => encoder.hasFailed,
    };
  }

  /**
   * Waits for the end of the turn, or until the caller has gone.
   * @throws AppError why the turn failed
   */
  async answer(turn: ReadableTurn, form: CompletionForm): Promise<ChatCompletionDto> {
    const { asFunctionCall, disconnected } = form;
    const answer = await readWholeAnswer(turn, disconnected);
    return {
      id: turn.id,
      object: 'chat.completion',
      created: createdAt(turn.id),
      model: turn.model,
      choices: [
        {
          index: 0,
          message: toMessage(answer, asFunctionCall),
          finish_reason: toOpenAiFinishReason(answer.finishReason, {
            hasCalls: answer.toolCalls.length > 0,
            asFunctionCall,
          }),
        },
      ],
      usage: encodeCompletionUsage(answer.usage),
    };
  }
}

function toMessage(
  { text, reasoning, toolCalls }: WholeAnswer,
  asFunctionCall: boolean,
): ChatCompletionAnswerDto {
  return {
    role: 'assistant',
    content: text === '' && toolCalls.length > 0 ? null : text,
    reasoning_content: reasoning,
    ...encodeToolCalls(toolCalls, asFunctionCall),
    refusal: null,
  };
}

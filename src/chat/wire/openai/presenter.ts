import { Inject, Injectable } from '@nestjs/common';
import type { FrameStream } from '../../../common/http/sse/sse.js';
import { secondsOf } from '../../../common/uuid.js';
import { APP_CONFIG, type AppConfig } from '../../../config/app-config.js';
import type { TurnEvent } from '../../domain/turn-event.js';
import type { ReadableTurn } from '../../reading/readable-turn.js';
import { readWholeAnswer, type WholeAnswer } from '../whole-answer.js';
import { encodeToolCalls } from './calls.encoder.js';
import type { ChatCompletionAnswerDto, ChatCompletionDto } from './frames.dto.js';
import type { CompletionForm } from './decoder.js';
import { ChunkEncoder, encodeCompletionUsage, toOpenAiFinishReason } from './encoder.js';
import { streamWhenItSpeaks } from '../when-it-speaks.js';

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
    return streamWhenItSpeaks({ events$, encoder }, disconnected, this.config.turn);
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
      created: secondsOf(turn.id),
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

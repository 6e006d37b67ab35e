import { Inject, Injectable } from '@nestjs/common';
import { type FrameStream, KEEP_ALIVE } from '../../../common/http/sse/sse.js';
import { APP_CONFIG, type AppConfig } from '../../../config/app-config.js';
import type { TurnEvent } from '../../domain/turn-event.js';
import type { ReadableTurn } from '../../reading/readable-turn.js';
import { readWholeAnswer } from '../whole-answer.js';
import type { ChatCompletionDto } from './frames.dto.js';
import { ChunkEncoder, createdAt, encodeCompletionUsage, toOpenAiFinishReason } from './encoder.js';
import { whenItSpeaks } from '../when-it-speaks.js';

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
    { withUsage, disconnected }: { withUsage: boolean; disconnected: AbortSignal },
  ): Promise<FrameStream<TurnEvent>> {
    const encoder = new ChunkEncoder({ id, model, withUsage });
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
  async answer(turn: ReadableTurn, disconnected: AbortSignal): Promise<ChatCompletionDto> {
    const { text, reasoning, finishReason, usage } = await readWholeAnswer(turn, disconnected);
    return {
      id: turn.id,
      object: 'chat.completion',
      created: createdAt(turn.id),
      model: turn.model,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: text, reasoning_content: reasoning, refusal: null },
          finish_reason: toOpenAiFinishReason(finishReason),
        },
      ],
      usage: encodeCompletionUsage(usage),
    };
  }
}

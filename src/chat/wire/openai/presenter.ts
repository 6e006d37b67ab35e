import { Inject, Injectable } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { SseFrame } from '../../../common/http/sse/sse.js';
import { emitEach } from '../../../common/rxjs/emit-each.js';
import { heartbeat } from '../../../common/rxjs/heartbeat.js';
import { APP_CONFIG, type AppConfig } from '../../../config/app-config.js';
import type { ReadableTurn } from '../../reading/readable-turn.js';
import { readWholeAnswer } from '../whole-answer.js';
import type { ChatCompletionDto } from './frames.dto.js';
import { ChunkEncoder, createdAt, encodeUsage, toOpenAiFinishReason } from './encoder.js';
import { whenItSpeaks } from './when-it-speaks.js';

/** Shows a turn in the form of the OpenAI API: as a stream of chunks or as one JSON answer. */
@Injectable()
export class OpenAiPresenter {
  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {}

  /**
   * The stream of a turn, when it has begun to speak.
   * @throws AppError why the turn failed before it had any text
   */
  async stream(
    { id, model, events$ }: ReadableTurn,
    { withUsage, disconnected }: { withUsage: boolean; disconnected: AbortSignal },
  ): Promise<Observable<SseFrame>> {
    const encoder = new ChunkEncoder({ id, model, withUsage });
    const spoken$ = await whenItSpeaks(events$, disconnected);
    return spoken$.pipe(
      emitEach((event) => encoder.encode(event)),
      heartbeat(this.config.turn.heartbeatIntervalMs, encoder.heartbeat()),
    );
  }

  /**
   * Waits for the end of the turn, or until the caller has gone.
   * @throws AppError why the turn failed
   */
  async answer(turn: ReadableTurn, disconnected: AbortSignal): Promise<ChatCompletionDto> {
    const { text, finishReason, usage } = await readWholeAnswer(turn, disconnected);
    return {
      id: turn.id,
      object: 'chat.completion',
      created: createdAt(turn.id),
      model: turn.model,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: text, refusal: null },
          finish_reason: toOpenAiFinishReason(finishReason),
        },
      ],
      usage: encodeUsage(usage),
    };
  }
}

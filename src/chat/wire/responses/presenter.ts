import { Inject, Injectable } from '@nestjs/common';
import type { FrameStream } from '../../../common/http/sse/sse.js';
import { APP_CONFIG, type AppConfig } from '../../../config/app-config.js';
import type { TurnEvent } from '../../domain/turn-event.js';
import type { ReadableTurn } from '../../reading/readable-turn.js';
import { readToEnd } from '../whole-answer.js';
import { streamWhenItSpeaks } from '../when-it-speaks.js';
import { ResponseEncoder, type ResponseHead } from './encoder.js';
import type { ResponseObjectDto } from './response.dto.js';

/** Shows a turn in the form of the Responses API: as a stream of events or as one response. */
@Injectable()
export class ResponsesPresenter {
  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {}

  /**
   * The stream of a turn, when it has begun to speak, or was waited for long enough.
   * @throws AppError why the turn failed before that
   */
  async stream(
    turn: ReadableTurn & Pick<ResponseHead, 'request'>,
    disconnected: AbortSignal,
  ): Promise<FrameStream<TurnEvent>> {
    const encoder = new ResponseEncoder(turn);
    return streamWhenItSpeaks({ events$: turn.events$, encoder }, disconnected, this.config.turn);
  }

  /**
   * Waits for the end of the turn, or until the caller has gone.
   * @throws AppError why the turn failed
   */
  async answer(
    turn: ReadableTurn & Pick<ResponseHead, 'request'>,
    disconnected: AbortSignal,
  ): Promise<ResponseObjectDto> {
    return toResponse(turn, await readToEnd(turn, disconnected));
  }
}

/** The response after some events of a turn, the first of which is its first. */
export function toResponse(head: ResponseHead, events: readonly TurnEvent[]): ResponseObjectDto {
  const encoder = new ResponseEncoder(head);
  for (const event of events) encoder.take(event);
  return encoder.response;
}

import { Inject, Injectable } from '@nestjs/common';
import { EMPTY, fromEvent, lastValueFrom, takeUntil, toArray } from 'rxjs';
import { callerLeft } from '../../../common/errors/app-error.js';
import { type FrameStream, KEEP_ALIVE } from '../../../common/http/sse/sse.js';
import { APP_CONFIG, type AppConfig } from '../../../config/app-config.js';
import { isTerminal, type TurnEvent } from '../../domain/turn-event.js';
import type { ReadableTurn } from '../../reading/readable-turn.js';
import { whenItSpeaks } from '../when-it-speaks.js';
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
    const { heartbeatIntervalMs, statusWaitMs } = this.config.turn;
    return {
      events$: await whenItSpeaks(turn.events$, disconnected, statusWaitMs),
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
  async answer(
    turn: ReadableTurn & Pick<ResponseHead, 'request'>,
    disconnected: AbortSignal,
  ): Promise<ResponseObjectDto> {
    // A caller that has left before is no reader: the turn would be kept for it.
    const left$ = fromEvent(disconnected, 'abort');
    const read$ = disconnected.aborted ? EMPTY : turn.events$.pipe(takeUntil(left$));
    const events = await lastValueFrom(read$.pipe(toArray()));
    const end = events.at(-1);
    if (!end || !isTerminal(end)) throw callerLeft();
    if (end.type === 'turn.failed') throw end.error;
    return toResponse(turn, events);
  }
}

/** The response after some events of a turn, the first of which is its first. */
export function toResponse(head: ResponseHead, events: readonly TurnEvent[]): ResponseObjectDto {
  const encoder = new ResponseEncoder(head);
  for (const event of events) encoder.take(event);
  return encoder.response;
}

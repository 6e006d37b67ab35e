import { Inject, Injectable } from '@nestjs/common';
import type { FrameStream } from '../../../common/http/sse/sse.js';
import { APP_CONFIG, type AppConfig } from '../../../config/app-config.js';
import type { TurnEvent } from '../../domain/turn-event.js';
import type { ReadableTurn } from '../../reading/readable-turn.js';
import type { FollowPresenter, FollowRequest } from '../wire.js';
import { encodeQaEvent, QA_HEARTBEAT } from './encoder.js';
import { framingOf, type QaFraming, toBase64Frame } from './framing.js';

/** Shows a turn as the QA API does: as a stream of frames. */
@Injectable()
export class QaPresenter implements FollowPresenter {
  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {}

  follow(turn: ReadableTurn, request: FollowRequest, asked: boolean): FrameStream<TurnEvent> | null {
    if (this.hasAll(turn)) return null;
    const { withReasoning, ...framing } = framingOf(request);
    return this.stream(turn, { ...framing, withReasoning: withReasoning || asked });
  }

  /** Whether the reader has all frames. The end was sent again twice: it has two frames, and a cut connection can have lost each. */
  hasAll({ endRepeats = 0 }: ReadableTurn): boolean {
    return endRepeats >= 2;
  }

  stream({ id: chatId, events$ }: ReadableTurn, { isBase64, ...framing }: QaFraming): FrameStream<TurnEvent> {
    const stream = { chatId, ...framing };
    return {
      events$,
      encode: isBase64
        ? (event) => encodeQaEvent(stream, event).map(toBase64Frame)
        : (event) => encodeQaEvent(stream, event),
      heartbeat: isBase64 ? toBase64Frame(QA_HEARTBEAT) : QA_HEARTBEAT,
      heartbeatMs: this.config.turn.heartbeatIntervalMs,
    };
  }
}

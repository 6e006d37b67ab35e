import { Inject, Injectable } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import type { SseFrame } from '../../../common/http/sse/sse.js';
import { emitEach } from '../../../common/rxjs/emit-each.js';
import { heartbeat } from '../../../common/rxjs/heartbeat.js';
import { APP_CONFIG, type AppConfig } from '../../../config/app-config.js';
import type { ReadableTurn } from '../../reading/readable-turn.js';
import { encodeQaEvent, QA_HEARTBEAT } from './encoder.js';
import { type QaFraming, toBase64Frame } from './framing.js';

/** Shows a turn as variant B: a stream of frames. */
@Injectable()
export class QaPresenter {
  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {}

  /** Whether the reader has all frames: two have the id of the end, each of which a cut connection can have cost it. */
  hasAll({ endRepeats = 0 }: ReadableTurn): boolean {
    return endRepeats >= 2;
  }

  stream({ id: chatId, events$ }: ReadableTurn, { context, isBase64 }: QaFraming): Observable<SseFrame> {
    const stream = { chatId, context };
    const frames$ = events$.pipe(
      emitEach((event) => encodeQaEvent(stream, event)),
      heartbeat(this.config.turn.heartbeatIntervalMs, QA_HEARTBEAT),
    );
    return isBase64 ? frames$.pipe(map(toBase64Frame)) : frames$;
  }
}

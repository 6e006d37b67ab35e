import { Inject, Injectable } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { ProblemContext } from '../../../common/errors/problem.js';
import type { SseFrame } from '../../../common/http/sse.js';
import { emitEach } from '../../../common/rxjs/emit-each.js';
import { heartbeat } from '../../../common/rxjs/heartbeat.js';
import { APP_CONFIG, type AppConfig } from '../../../config/app-config.js';
import type { ReadableTurn } from '../../readable-turn.js';
import { encodeQaEvent, QA_HEARTBEAT } from './qa.encoder.js';

/** Shows a turn as variant B: a stream of frames. */
@Injectable()
export class QaPresenter {
  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {}

  stream({ id: chatId, events$ }: ReadableTurn, context: ProblemContext): Observable<SseFrame> {
    const stream = { chatId, context };
    return events$.pipe(
      emitEach((event) => encodeQaEvent(stream, event)),
      heartbeat(this.config.turn.heartbeatIntervalMs, QA_HEARTBEAT),
    );
  }
}

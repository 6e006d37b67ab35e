import { Inject, Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import { APP_CONFIG, type AppConfig, type TargetConfig } from '../../config/app-config.js';
import { answerByFirstByte } from './response/answer-by-first-byte.js';
import { Attempt } from './attempt.js';
import type { Attempt$, AttemptEvent } from './attempt-event.js';
import { type ChatRequest, toHttpRequest } from './request/chat-request.js';
import { ModelConnections } from './connection/model-connections.js';
import { refusalOf } from './refusal/refusal.js';

/** Asks servers that speak OpenAI's chat completions protocol. */
@Injectable()
export class OpenAiClient {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly connections: ModelConnections,
  ) {}

  /**
   * One attempt at one target.
   * @param endsAt of `performance.now()`: when the answer must be complete, whatever the other timeouts
   */
  attempt(target: TargetConfig, request: ChatRequest, endsAt: number): Attempt$ {
    return new Observable<AttemptEvent>((subscriber) => {
      const httpRequest = toHttpRequest(target, request);
      const attempt = new Attempt(subscriber, {
        limits: this.config.llm,
        endsAt,
        refusalOf: (status, headers) => refusalOf(status, headers, { target, request }),
        answerFrom: (firstByte) => answerByFirstByte(firstByte, request),
      });
      this.connections.dispatch(httpRequest, attempt);
      return () => attempt.unsubscribe();
    });
  }
}

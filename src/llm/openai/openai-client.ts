import { Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import type { TargetConfig } from '../../config/app-config.js';
import { answerByFirstByte } from './response/answer-by-first-byte.js';
import { Attempt } from './attempt.js';
import type { Attempt$, AttemptEvent, AttemptRun } from './attempt-event.js';
import { type ChatRequest, toHttpRequest } from './request/chat-request.js';
import { ModelConnections } from './connection/model-connections.js';
import { refusalOf } from './refusal/refusal.js';

/** Asks servers that speak OpenAI's chat completions protocol. */
@Injectable()
export class OpenAiClient {
  constructor(private readonly connections: ModelConnections) {}

  /** One attempt at one target. */
  attempt(target: TargetConfig, request: ChatRequest, run: AttemptRun): Attempt$ {
    return new Observable<AttemptEvent>((subscriber) => {
      const httpRequest = toHttpRequest(target, request);
      const attempt = new Attempt(subscriber, {
        ...run,
        refusalOf: (status, headers) => refusalOf(status, headers, { target, request }),
        answerFrom: (firstByte) => answerByFirstByte(firstByte, request),
      });
      this.connections.dispatch(httpRequest, attempt);
      return () => attempt.unsubscribe();
    });
  }
}

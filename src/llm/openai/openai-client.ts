import { Inject, Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import { APP_CONFIG, type AppConfig, type TargetConfig } from '../../config/app-config.js';
import { BROKEN_ANSWER } from '../failure-classes.js';
import { ModelFailure } from '../model-failure.js';
import type { ResponseBody } from './response/response-body.js';
import { answerByFirstByte } from './response/answer-by-first-byte.js';
import { Attempt } from './attempt.js';
import type { Attempt$, AttemptEvent } from './attempt-event.js';
import { type ChatRequest, toHttpRequest } from './chat-request.js';
import { ModelConnections } from './model-connections.js';
import { RefusedAnswer } from './refused-answer.js';
import { parseRetryAfter } from './retry-after.js';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

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

interface Asked {
  readonly target: TargetConfig;
  readonly request: ChatRequest;
}

function refusalOf(status: number, headers: Headers, { target, request }: Asked): ResponseBody | null {
  const encoding = headers['content-encoding'] ?? 'identity';
  const isPlain = encoding === 'identity' || encoding === '';
  if (status < 200 || status > 299) {
    const retryAfterSeconds = parseRetryAfter(headers['retry-after'], Date.now());
    const texts = request.messages.map(({ content }) => content);
    return new RefusedAnswer(
      { status, retryAfterSeconds, isReadable: isPlain },
      { apiKey: target.apiKey, texts },
    );
  }
  if (!isPlain) throw new ModelFailure(BROKEN_ANSWER, 'the answer is compressed, against what was asked');
  return null;
}

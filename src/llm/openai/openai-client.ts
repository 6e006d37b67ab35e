import { Injectable, Logger } from '@nestjs/common';
import { Observable } from 'rxjs';
import type { TargetConfig } from '../../config/app-config.js';
import type { AnswerRequest } from './response/answer-text.js';
import { answerByFirstByte } from './response/answer-by-first-byte.js';
import { AdaptingAttempt } from './adapting-attempt.js';
import type { Attempt$, AttemptEvent, AttemptRun } from './attempt-event.js';
import type { ChatRequest } from './request/chat-request.js';
import { labelOf, LearnedParameters } from './request/learned-parameters.js';
import { ModelConnections } from './connection/model-connections.js';
import { secretsOf } from './refusal/quote-for-log.js';
import { refusalOf } from './refusal/refusal.js';

/** Asks servers that speak OpenAI's chat completions protocol. */
@Injectable()
export class OpenAiClient {
  private readonly logger = new Logger(OpenAiClient.name);
  /** Each once: the answers of a target that does so all do. */
  private readonly warnings = new Set<string>();
  private readonly learned = new LearnedParameters();

  constructor(private readonly connections: ModelConnections) {}

  /** The parameters that a target was found not to take. */
  refusedBy(target: TargetConfig): ReadonlySet<string> {
    return this.learned.refusedBy(target);
  }

  /** One attempt at one target. */
  attempt(target: TargetConfig, request: ChatRequest, run: AttemptRun): Attempt$ {
    return new Observable<AttemptEvent>((subscriber) => {
      const attempt = new AdaptingAttempt(subscriber, {
        ...run,
        target,
        request,
        connections: this.connections,
        learned: this.learned,
        refusalOf: (status, headers, afterMs) => refusalOf(status, headers, { target, request, afterMs }),
        answerFrom: (firstByte) => answerByFirstByte(firstByte, this.toAnswerRequest(target, request)),
      });
      attempt.ask();
      return () => attempt.unsubscribe();
    });
  }

  private toAnswerRequest(target: TargetConfig, request: ChatRequest): AnswerRequest {
    const isAuto = (request.thinking ?? 'auto') === 'auto';
    const onStrayTag = () =>
      this.warnOnce(
        `The answers of ${labelOf(target)} have a </think> that nothing opens, so readers see what the model thinks. ` +
          'Set thinking: open for the model (LLM_THINKING=open), or start its server with a reasoning parser',
      );
    const onUnclosed = () =>
      this.warnOnce(
        `An answer of ${labelOf(target)} has no closing tag, so all of it was read as thinking, because of thinking: open (LLM_THINKING=open). ` +
          'Set thinking: auto for a model that does not think, or only sometimes',
      );
    return {
      ...request,
      secrets: secretsOf(target),
      onStrayTag: isAuto ? onStrayTag : undefined,
      onUnclosed,
    };
  }

  private warnOnce(warning: string): void {
    if (this.warnings.has(warning)) return;
    this.warnings.add(warning);
    this.logger.warn(warning);
  }
}

import { Inject, Injectable, Logger } from '@nestjs/common';
import { shareIsTaken } from '../common/errors/app-error.js';
import { APP_CONFIG, type AppConfig, type ModelConfig, type TargetConfig } from '../config/app-config.js';
import type { Completion$, CompletionRequest } from './completion.js';
import type { ModelFailure } from './model-failure.js';
import type { AttemptRun } from './openai/attempt-event.js';
import type { ChatRequest } from './openai/request/chat-request.js';
import { OpenAiClient } from './openai/openai-client.js';
import { answerInAttempts } from './retry/attempts.js';
import type { Target, TargetPlace } from './targets/target.js';
import { makeTarget, TargetLog } from './targets/target-log.js';
import { TIMING, type Timing } from './retry/timing.js';

/** Answers of model servers. Its targets remember how they fared, so there is one of it in a process. */
@Injectable()
export class ChatModel {
  private readonly log = new TargetLog(new Logger(ChatModel.name));
  private readonly targets = new Map<string, Target>();

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly openAi: OpenAiClient,
    @Inject(TIMING) private readonly timing: Timing,
  ) {}

  /** As `LlmService.reserve`, of a model that is configured: at the first of its targets that takes a request. */
  reserve(model: ModelConfig, clientId: string): TargetPlace | null {
    const targets = this.targetsOf(model);
    for (const target of targets) {
      const place = target.reserve(clientId);
      if (place) return place;
    }
    if (targets.some((target) => target.isShareTaken(clientId))) throw shareIsTaken('model');
    return null;
  }

  /** As `LlmService.complete`, of a model that is configured. */
  answer(model: ModelConfig, request: CompletionRequest): Completion$ {
    const { maxRetries, totalTimeoutMs } = this.config.llm;
    const label = `Model ${JSON.stringify(model.name)}`;
    const plan = {
      targets: this.targetsOf(model),
      request: withDefaults(request, model),
      client: request.client,
      // Only `reserve` makes one.
      place: request.place as TargetPlace | undefined,
      continuation: model.continuation,
      keptText: request.keptText,
      onAttempt: request.onAttempt,
      maxRestMs: request.maxRestMs,
      maxRetries,
      totalTimeoutMs: model.totalTimeoutMs ?? totalTimeoutMs,
      limits: this.config.llm,
      attempt: (target: TargetConfig, asked: ChatRequest, run: AttemptRun) =>
        this.openAi.attempt(target, asked, run),
      onFailure: (failure: ModelFailure, target?: Target) => this.log.noteFailure(label, failure, target),
      onWait: (target: Target) => this.log.noteWait(label, target),
    };
    return answerInAttempts(plan, this.timing);
  }

  /** To be called when the server of a target has answered anything, so that it is waited for when it is away. */
  noteAnswer(config: TargetConfig): void {
    this.targetOf(config).noteAnswer();
  }

  /** A target that several models have, or one has twice, is one. */
  private targetsOf(model: ModelConfig): readonly Target[] {
    return [...new Set(model.targets.map((config) => this.targetOf(config)))];
  }

  private targetOf(config: TargetConfig): Target {
    const key = JSON.stringify(config);
    const target =
      this.targets.get(key) ?? makeTarget(config, this.config, { timing: this.timing, log: this.log });
    this.targets.set(key, target);
    return target;
  }
}

function withDefaults(
  { messages, temperature, maxTokens, parameters, takesCalls, trace }: CompletionRequest,
  { defaults, thinking }: ModelConfig,
): ChatRequest {
  return {
    messages,
    temperature: temperature ?? defaults.temperature,
    maxTokens: maxTokens ?? defaults.maxTokens,
    parameters,
    takesCalls,
    trace,
    thinking,
  };
}

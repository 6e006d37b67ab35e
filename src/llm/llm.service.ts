import { Inject, Injectable, Logger } from '@nestjs/common';
import { catchError, defer, map, throwError } from 'rxjs';
import { AppError } from '../common/errors/app-error.js';
import { ERROR_CODES } from '../common/errors/error-codes.js';
import { APP_CONFIG, type AppConfig, type ModelConfig, type TargetConfig } from '../config/app-config.js';
import { BuiltinAnswerer } from './builtin/builtin-answerer.js';
import type { Completion$, CompletionRequest } from './completion.js';
import type { ModelDescription } from './model-description.js';
import { toAppError, toModelFailure } from './model-failure.js';
import type { ChatRequest } from './openai/chat-request.js';
import { OpenAiClient } from './openai/openai-client.js';

/** The one model of a service without a model server. It reads passages, not prompts: the size is nominal. */
const BUILTIN: ModelDescription = {
  name: 'builtin',
  isDefault: true,
  builtin: true,
  readsPassages: true,
  contextTokens: 8_192,
};

/** The models that the configuration names, and their answers. */
@Injectable()
export class LlmService {
  private readonly logger = new Logger(LlmService.name);
  private readonly descriptions: readonly ModelDescription[];

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly openAi: OpenAiClient,
    private readonly builtin: BuiltinAnswerer,
  ) {
    const configured = config.llm.models.map(describe);
    this.descriptions = configured.length > 0 ? configured : [BUILTIN];
  }

  /** The models that a caller may name, the default one first. Never empty. */
  listModels(): readonly ModelDescription[] {
    return this.descriptions;
  }

  /**
   * The model of that name, or the default one.
   * @throws AppError `model_not_supported`, with the names that are, as `supported`
   */
  getModel(name?: string): ModelDescription {
    const model = this.descriptions.find((candidate) => candidate.name === name || name === undefined);
    if (model) return model;
    throw new AppError('model_not_supported', 'There is no model of this name.', {
      extensions: { supported: this.descriptions.map((candidate) => candidate.name) },
    });
  }

  /**
   * The answer of the model that the request names. Nothing is sent before it is subscribed to.
   * @throws AppError `model_not_supported`, at once
   */
  complete(request: CompletionRequest): Completion$ {
    const { name, builtin } = this.getModel(request.model);
    if (builtin) return this.builtin.answer(request);
    const model = this.config.llm.models.find((candidate) => candidate.name === name)!;
    return defer(() => this.answer(model, withDefaults(request, model)));
  }

  /** Composes attempts into one answer. For now there is one attempt, at the first target. */
  private answer(model: ModelConfig, request: ChatRequest): Completion$ {
    const endsAt = performance.now() + this.config.llm.totalTimeoutMs;
    const [target] = model.targets as readonly [TargetConfig];
    const attempt = { target: target.baseUrl, outcome: 'answered', durationMs: 0 } as const;
    return this.openAi.attempt(target, request, endsAt).pipe(
      map((event) => (event.type === 'delta' ? event : { ...event, attempt })),
      catchError((error: unknown) => {
        this.logFailure(model, target, error);
        return throwError(() => toAppError(error));
      }),
    );
  }

  private logFailure(model: ModelConfig, target: TargetConfig, error: unknown): void {
    const { code, message } = toModelFailure(error);
    const line = `Model ${JSON.stringify(model.name)} at ${new URL(target.baseUrl).host}: ${code}: ${message}`;
    this.logger[ERROR_CODES[code].logLevel](line);
  }
}

function describe({ name, contextTokens }: ModelConfig, index: number): ModelDescription {
  return { name, isDefault: index === 0, builtin: false, readsPassages: false, contextTokens };
}

function withDefaults(
  { messages, temperature, maxTokens }: CompletionRequest,
  { defaults }: ModelConfig,
): ChatRequest {
  return {
    messages,
    temperature: temperature ?? defaults.temperature,
    maxTokens: maxTokens ?? defaults.maxTokens,
  };
}

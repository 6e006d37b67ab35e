import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '../common/errors/app-error.js';
import { APP_CONFIG, type AppConfig, type ModelConfig } from '../config/app-config.js';
import { ExtractiveModel } from './builtin/extractive-model.js';
import type { Completion$, CompletionRequest, ModelPlace } from './completion.js';
import { ChatModel } from './chat-model.js';
import type { ModelDescription } from './model-description.js';
import { estimatePromptTokens, estimateWithoutFormat, type Prompt } from './prompt/prompt-tokens.js';

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
  private readonly descriptions: readonly ModelDescription[];

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly answerer: ChatModel,
    private readonly builtin: ExtractiveModel,
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

  /** How many tokens a model is sent, by the estimate that an answer ends with where its server does not count. */
  estimateInput({ model, ...prompt }: Prompt & { readonly model: string }): number {
    // Nothing wraps a message for the built-in model.
    return this.getModel(model).builtin ? estimateWithoutFormat(prompt) : estimatePromptTokens(prompt);
  }

  /**
   * Keeps a place at a target of the model for an answer, as the share of the client allows.
   * @returns null: the model needs none, or none of its targets takes a request of anybody: the answer says so
   * @throws AppError `too_many_requests` when the client's own answers are all that is in the way
   */
  reserve(model: string, clientId: string): ModelPlace | null {
    const config = this.config.llm.models.find(({ name }) => name === model);
    return config ? this.answerer.reserve(config, clientId) : null;
  }

  /**
   * The answer of the model that the request names. Nothing is sent before it is subscribed to.
   * @throws AppError `model_not_supported`, at once
   */
  complete(request: CompletionRequest): Completion$ {
    const { name, builtin } = this.getModel(request.model);
    if (builtin) return this.builtin.answer(request);
    const model = this.config.llm.models.find((candidate) => candidate.name === name)!;
    return this.answerer.answer(model, request);
  }
}

function describe(
  { name, contextTokens, hasWindow, accepts, pass }: ModelConfig,
  index: number,
): ModelDescription {
  return {
    name,
    isDefault: index === 0,
    builtin: false,
    readsPassages: false,
    contextTokens,
    windowTokens: hasWindow ? contextTokens : undefined,
    accepts,
    passes: pass,
  };
}

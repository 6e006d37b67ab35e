import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { APP_CONFIG, type AppConfig, type ModelConfig, type TargetConfig } from '../config/app-config.js';
import { ChatModel } from './chat-model.js';
import { isFaulty, isFinal, writeCheckTable } from './check/check-table.js';
import { checkTarget } from './check/model-check.js';
import { describeFinding, isServersAnswer, type PlaceOfModels } from './check/model-finding.js';
import { probeTarget } from './check/target-probe.js';
import { checkEmbeddingModel } from './check/embedding-check.js';
import { EmbeddingsService } from './embeddings.service.js';
import { ModelConnections } from './openai/connection/model-connections.js';
import { OpenAiClient } from './openai/openai-client.js';

interface CheckResult {
  readonly text: string;
  readonly isFaulty: boolean;
}

/** Asks every model server at the start whether it is there, so that the first question is not what finds out. */
@Injectable()
export class ModelCheckService {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly answerer: ChatModel,
    private readonly connections: ModelConnections,
    private readonly openAi: OpenAiClient,
    private readonly embeddings: EmbeddingsService,
  ) {}

  /**
   * Asks each target for its models, and where it can answer a small question, and the embedding model for a vector; that
   * costs some tokens.
   * @returns a table for an operator, without a secret
   */
  async check(): Promise<CheckResult> {
    const { embedding } = this.config.llm;
    const results = [await this.checkChatModels()];
    if (embedding) results.push(await checkEmbeddingModel(this.embeddings, embedding));
    return {
      text: results.map(({ text }) => text).join('\n'),
      isFaulty: results.some((result) => result.isFaulty),
    };
  }

  private async checkChatModels(): Promise<CheckResult> {
    const { llm } = this.config;
    if (llm.models.length === 0)
      return { text: 'No model server is configured: the model builtin answers.', isFaulty: false };
    const targets = llm.models.flatMap((model) => model.targets.map((target) => ({ model, target })));
    const checked = await Promise.all(
      targets.map(async ({ model, target }) => {
        const finding = await checkTarget(target, this.connections.dispatcher);
        const probe = isFinal(finding) ? undefined : await probeTarget(this.openAi, target, { model, llm });
        return { model, target, finding, probe };
      }),
    );
    const text = writeCheckTable(checked, llm.hasModelsFile ? 'file' : 'variables');
    return { text, isFaulty: checked.some(isFaulty) };
  }

  /**
   * Writes one line for each server: that it answers, or a warning that says why it will not. It changes nothing: a
   * server that is away now may be back when it is asked. Takes 3 s at most, and never rejects.
   */
  async report(logger: Pick<LoggerService, 'log' | 'warn'>): Promise<void> {
    const { models, hasModelsFile = false } = this.config.llm;
    const place = hasModelsFile ? 'file' : 'variables';
    if (models.length === 0)
      logger.log(
        'Model: builtin, which answers from the documents; LLM_BASE_URL and LLM_MODEL name a real one',
      );
    const targets = models.flatMap((model) => model.targets.map((target) => ({ model, target })));
    const lines = await Promise.all(targets.map(({ model, target }) => this.describe(model, target, place)));
    for (const { isFault, text } of lines) {
      if (isFault) logger.warn(text);
      else logger.log(text);
    }
  }

  private async describe(
    { name }: ModelConfig,
    target: TargetConfig,
    place: PlaceOfModels,
  ): Promise<{ isFault: boolean; text: string }> {
    const finding = await checkTarget(target, this.connections.dispatcher);
    // Its address is right: when it is away later, it is waited for.
    if (isServersAnswer(finding)) this.answerer.noteAnswer(target);
    return {
      isFault: finding.kind !== 'answers',
      text: `Model ${name}: ${describeFinding(finding, target, place)}`,
    };
  }
}

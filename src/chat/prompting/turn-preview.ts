import { Injectable } from '@nestjs/common';
import { invalidField } from '../../common/errors/app-error.js';
import { Retriever } from '../../knowledge/retriever.js';
import type { ChatMessage } from '../../llm/completion.js';
import { LlmService } from '../../llm/llm.service.js';
import type { ModelDescription } from '../../llm/model-description.js';
import { PromptService } from '../../prompt/prompt.service.js';
import { type PromptVariable, variablesOf } from '../../prompt/template/template.js';
import { describeSizeFault, type Instructions, readsContext } from './instructions.js';
import { TurnLimits } from '../admission/turn-limits.js';
import { searchPassages, toSource, writePassages } from './turn-passages.js';
import { composeSentMessages } from './turn-prompt.js';

/** A question that is not asked. */
export interface PreviewRequest {
  /** As a question names it; with a `template`, the name that it could be saved under. */
  readonly promptName: string;
  /** A template that is not saved; absent: the one of that name. */
  readonly template?: string;
  readonly question: string;
  /** Absent: the passages that are found for the question. */
  readonly context?: string;
  /** Oldest first. */
  readonly history: readonly ChatMessage[];
  /** A configured model's name, whose context must hold it all; absent: the default one. */
  readonly model?: string;
}

/** What a model would get. */
export interface Preview {
  /** As a turn would be stamped with it. */
  readonly name: string;
  /** null: built in, or not saved. */
  readonly version: number | null;
  readonly messages: readonly ChatMessage[];
  readonly variables: ReadonlySet<PromptVariable>;
}

/** Shows what a question would become, and asks no model. */
@Injectable()
export class TurnPreview {
  constructor(
    private readonly llm: LlmService,
    private readonly prompts: PromptService,
    private readonly retriever: Retriever,
    private readonly limits: TurnLimits,
  ) {}

  /**
   * The messages that a turn of the Conversation API with this history would send. Nothing is stored.
   * @throws AppError `not_found` (the template), `model_not_supported`; of a template that is not saved
   *   `validation_failed` (its name), `prompt_not_valid`
   */
  async compose(clientId: string, request: PreviewRequest): Promise<Preview> {
    const { name, version, template } = await this.choose(clientId, request);
    const model = this.llm.getModel(request.model);
    const instructions: Instructions = { kind: 'template', text: template };
    const fault = describeSizeFault(instructions, request, model.contextTokens);
    if (fault !== null) throw invalidField(request.template === undefined ? '/name' : '/template', fault);
    const messages = composeSentMessages({
      instructions,
      question: request.question,
      context: request.context ?? (await this.findContext({ clientId, request, instructions, model })),
      history: request.history,
      contextTokens: model.contextTokens,
    });
    return { name, version, messages, variables: variablesOf(template) };
  }

  private async choose(
    clientId: string,
    { promptName, template }: PreviewRequest,
  ): Promise<{ name: string; version: number | null; template: string }> {
    if (template === undefined)
      return this.limits.inShare(clientId, () => this.prompts.readTemplate(clientId, promptName));
    this.prompts.refuseFaulty(promptName, template);
    return { name: promptName, version: null, template };
  }

  private async findContext({ clientId, request, instructions, model }: Searched): Promise<string> {
    if (!readsContext(instructions)) return '';
    const { question } = request;
    const passages = await searchPassages(this.retriever, { clientId, question, model });
    return writePassages(passages.map(toSource));
  }
}

interface Searched {
  readonly clientId: string;
  readonly request: PreviewRequest;
  readonly instructions: Instructions;
  readonly model: ModelDescription;
}

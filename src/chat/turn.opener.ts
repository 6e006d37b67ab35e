import { Inject, Injectable } from '@nestjs/common';
import type { CallingClient } from '../auth/calling-client.js';
import { notFound } from '../common/errors/app-error.js';
import { newId } from '../common/uuid.js';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { LlmService } from '../llm/llm.service.js';
import { PromptService } from '../prompt/prompt.service.js';
import type { PromptChoice, TurnRequest } from './domain/turn-request.js';
import type { GenerationPlan } from './turn.generator.js';
import { type Instructions, readsContext } from './turn.prompt.js';
import { type NewTurn, TurnRepository } from './turn.repository.js';

export interface OpenedTurn {
  readonly id: string;
  /** The caller's id of the conversation; absent: none. */
  readonly conversationId?: string;
  readonly plan: GenerationPlan;
}

interface ChosenPrompt {
  readonly instructions: Instructions;
  readonly name: string | null;
  readonly version: number | null;
}

/** Decides whether a turn can be accepted, and stores it when it can: all that can still refuse. */
@Injectable()
export class TurnOpener {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly turns: TurnRepository,
    private readonly llm: LlmService,
    private readonly prompts: PromptService,
  ) {}

  /** @throws AppError when the turn is refused; then nothing was stored */
  async open(client: CallingClient, request: TurnRequest): Promise<OpenedTurn> {
    const model = this.llm.getModel(request.model);
    const prompt = await this.choosePrompt(client.id, request.prompt);
    const turn: NewTurn = {
      id: newId(),
      clientId: client.id,
      variant: request.variant,
      endUser: request.endUser ?? null,
      question: request.question,
      model: model.name,
      promptName: prompt.name,
      promptVersion: prompt.version,
      leaseMs: this.config.turn.leaseMs,
    };
    const stored = await this.store(turn, request);
    const { instructions } = prompt;
    const retrieves = request.retrieval === 'always' || model.readsPassages || readsContext(instructions);
    return {
      id: turn.id,
      conversationId: stored?.externalId,
      plan: { clientId: client.id, request, instructions, model, retrieves, conversationId: stored?.id ?? null },
    };
  }

  private async choosePrompt(clientId: string, choice: PromptChoice): Promise<ChosenPrompt> {
    if (choice.kind === 'inline') {
      return { instructions: { kind: 'inline', text: choice.text }, name: null, version: null };
    }
    const { name, version, template } = await this.prompts.getTemplate(clientId, choice.name);
    return { instructions: { kind: 'template', text: template }, name, version };
  }

  private async store(
    turn: NewTurn,
    { conversation }: TurnRequest,
  ): Promise<{ id: string; externalId: string } | undefined> {
    if (!conversation) {
      await this.turns.insert(turn);
      return undefined;
    }
    const conversationRow = newId();
    const externalId = conversation.externalId ?? conversationRow;
    const joined = { newId: conversationRow, externalId, name: conversation.name };
    const id = await this.turns.insertIntoConversation(turn, joined);
    if (id === null) throw notFound('conversation');
    return { id, externalId };
  }
}

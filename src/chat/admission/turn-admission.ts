import { Inject, Injectable } from '@nestjs/common';
import { invalidField, notFound } from '../../common/errors/app-error.js';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { LlmService } from '../../llm/llm.service.js';
import type { ModelDescription } from '../../llm/model-description.js';
import { PromptService } from '../../prompt/prompt.service.js';
import { describeSizeFault, readsContext } from '../prompting/instructions.js';
import { type Asking, type ChosenPrompt, joinedConversation, toNewTurn } from './asking.js';
import type { GenerationPlan } from '../answering/generation-plan.js';
import { refuseBeyondContext, refuseUnfit } from './model-fit.js';
import { type Admission, TurnLimits } from './turn-limits.js';
import { TurnRepository } from '../turn/turn.repository.js';

/** Where a fault of a template is reported when the wire names no other member. */
const PROMPT_NAME = '/prompt_name';

export interface OpenedTurn {
  readonly kind: 'opened';
  readonly id: string;
  /** The caller's id of the conversation; absent: none. */
  readonly conversationId?: string;
  readonly plan: GenerationPlan;
}

/** `key_used`: the key was used for an earlier turn; `conversation_busy`: it has a running one. Nothing was stored. */
export type Opening = OpenedTurn | { readonly kind: 'key_used' | 'conversation_busy' };

interface Allowed {
  readonly model: ModelDescription;
  readonly prompt: ChosenPrompt;
  readonly admission: Admission;
}

/** Decides whether a turn can be accepted, and stores it when it can: all that can still refuse. */
@Injectable()
export class TurnAdmission {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly turns: TurnRepository,
    private readonly llm: LlmService,
    private readonly prompts: PromptService,
    private readonly limits: TurnLimits,
  ) {}

  /** @throws AppError when the turn is refused; then nothing was stored */
  async open(asking: Asking): Promise<Opening> {
    const { client, request } = asking;
    const model = this.llm.getModel(request.model);
    refuseUnfit(request, model);
    const prompt = await this.choosePrompt(client.id, request.prompt);
    const fault = describeSizeFault(prompt.instructions, request, model.contextTokens);
    if (fault !== null) throw invalidField(request.promptPointer ?? PROMPT_NAME, fault);
    refuseBeyondContext(request, model);
    const admission = this.limits.admit(client.id, model.name);
    try {
      const opening = await this.store(asking, { model, prompt, admission });
      if (opening.kind !== 'opened') admission.release();
      return opening;
    } catch (refusal) {
      admission.release();
      throw refusal;
    }
  }

  private async store(asking: Asking, { model, prompt, admission }: Allowed): Promise<Opening> {
    const { client, request, trace, idempotencyKey } = asking;
    const turn = toNewTurn(asking, { model: model.name, prompt, leaseMs: this.config.turn.leaseMs });
    const conversation = joinedConversation(request);
    const stored = await this.limits.inShare(client.id, () => this.turns.insert(turn, conversation));
    switch (stored.kind) {
      case 'foreign_conversation':
        throw notFound('conversation');
      case 'conversation_busy':
      case 'key_used':
        return { kind: stored.kind };
      case 'stored': {
        const { instructions } = prompt;
        const retrieves = request.retrieval === 'always' || model.readsPassages || readsContext(instructions);
        const { conversationId } = stored;
        const plan: GenerationPlan = {
          client,
          request,
          trace,
          instructions,
          model,
          retrieves,
          conversationId,
          admission,
          mayBeReadAgain: request.wire.readersReturn || idempotencyKey !== undefined,
        };
        return { kind: 'opened', id: stored.id, conversationId: conversation?.externalId, plan };
      }
    }
  }

  private async choosePrompt(clientId: string, choice: Asking['request']['prompt']): Promise<ChosenPrompt> {
    if (choice.kind !== 'template') return { instructions: choice, name: null, version: null };
    const { name, version, template } = await this.limits.inShare(clientId, () =>
      this.prompts.getTemplate(clientId, choice.name),
    );
    return { instructions: { kind: 'template', text: template }, name, version };
  }
}

import { Injectable, Logger } from '@nestjs/common';
import { DatabaseShares } from '../../database/database-shares.js';
import { type FoundPassage, Retriever } from '../../knowledge/retriever.js';
import type { ChatMessage, CompletionRequest } from '../../llm/completion.js';
import type { GenerationPlan } from '../answering/generation-plan.js';
import type { Source } from '../domain/turn-event.js';
import { toAlternatingMessages } from './alternating-messages.js';
import { TurnHistory } from './turn-history.js';
import { searchPassages, toSource, writePassages } from './turn-passages.js';
import { composeMessages } from './turn-prompt.js';

/** What a model is asked, and the passages that its prompt was made with. */
export interface ComposedPrompt {
  readonly sources: readonly Source[];
  readonly completion: CompletionRequest;
}

/** Composes the prompt of an accepted turn from its instructions, passages, history and question. */
@Injectable()
export class PromptComposer {
  private readonly logger = new Logger(PromptComposer.name);

  constructor(
    private readonly history: TurnHistory,
    private readonly retriever: Retriever,
    private readonly shares: DatabaseShares,
  ) {}

  /**
   * Searches and reads the history side by side.
   * @param signal aborted: the turn was stopped, and the search no longer waits
   */
  async compose(plan: GenerationPlan, signal: AbortSignal): Promise<ComposedPrompt> {
    const [passages, history] = await Promise.all([this.search(plan, signal), this.readHistory(plan)]);
    const sources = passages.map(toSource);
    const completion = toCompletionRequest(plan, { passages, sources, history });
    return {
      sources,
      completion: { ...completion, messages: this.toSentMessages(plan, completion.messages) },
    };
  }

  /** A caller that keeps the messages of its dialogue itself decides about their roles. */
  private toSentMessages({ request, model }: GenerationPlan, composed: readonly ChatMessage[]) {
    if (request.wire.keepsMessages) return composed;
    const { messages, hasLostAnswers } = toAlternatingMessages(composed);
    if (hasLostAnswers)
      this.logger.debug(
        `A history for ${model.name} began with an answer: it was left out, as strict templates refuse it`,
      );
    return messages;
  }

  private async search(
    { client, request: { question }, model, retrieves }: GenerationPlan,
    signal: AbortSignal,
  ): Promise<FoundPassage[]> {
    if (!retrieves) return [];
    return searchPassages(this.retriever, { clientId: client.id, question, model, isAccepted: true, signal });
  }

  private async readHistory({
    client,
    request,
    conversationId,
    model,
  }: GenerationPlan): Promise<ChatMessage[]> {
    const { history } = request;
    if (history.from === 'request') return [...history.messages];
    if (conversationId === null || history.rounds <= 0) return [];
    // It was begun by this very question: nothing is to be found.
    if (request.conversation?.externalId === undefined) return [];
    const limits = { rounds: history.rounds, tokens: model.contextTokens };
    return this.shares.runAccepted(client.id, () => this.history.read(client.id, conversationId, limits));
  }
}

interface Gathered {
  readonly passages: readonly FoundPassage[];
  readonly sources: readonly Source[];
  readonly history: readonly ChatMessage[];
}

function toCompletionRequest(
  plan: GenerationPlan,
  { passages, sources, history }: Gathered,
): CompletionRequest {
  const { question, temperature, maxTokens, parameters } = plan.request;
  const { contextTokens, name } = plan.model;
  return {
    client: plan.client.id,
    place: plan.admission.place ?? undefined,
    model: name,
    messages: composeMessages({
      instructions: plan.instructions,
      question,
      context: writePassages(sources),
      history,
      contextTokens,
      maxTokens,
    }),
    temperature,
    maxTokens,
    parameters,
    trace: plan.trace,
    question,
    passages,
  };
}

import { Injectable, Logger } from '@nestjs/common';
import { DatabaseShares } from '../../database/database-shares.js';
import { type FoundPassage, Retriever } from '../../knowledge/retriever.js';
import type { ChatMessage, CompletionRequest, ModelMessage } from '../../llm/completion.js';
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
    const messages = this.toSentMessages(plan, composePlanned(plan, sources, history));
    return { sources, completion: toCompletionRequest(plan, messages, passages) };
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

function composePlanned(
  { request, instructions, model }: GenerationPlan,
  sources: readonly Source[],
  history: readonly ChatMessage[],
): ChatMessage[] {
  const { question, maxTokens } = request;
  const { contextTokens } = model;
  const context = writePassages(sources);
  return composeMessages({ instructions, question, context, history, contextTokens, maxTokens });
}

function toCompletionRequest(
  { client, admission, model, request, trace }: GenerationPlan,
  messages: readonly ModelMessage[],
  passages: readonly FoundPassage[],
): CompletionRequest {
  const { question, temperature, maxTokens, parameters } = request;
  return {
    client: client.id,
    place: admission.place ?? undefined,
    model: model.name,
    messages,
    temperature,
    maxTokens,
    parameters,
    trace,
    question,
    passages,
  };
}

import { Injectable, Logger } from '@nestjs/common';
import { DatabaseShares } from '../../database/database-shares.js';
import { type FoundPassage, Retriever } from '../../knowledge/retriever.js';
import type { ChatMessage, CompletionRequest, ModelMessage } from '../../llm/completion.js';
import { estimatePromptTokens } from '../../llm/prompt/prompt-tokens.js';
import type { GenerationPlan } from '../answering/generation-plan.js';
import type { Source } from '../domain/turn-event.js';
import { toAlternatingMessages } from './alternating-messages.js';
import { composeKept } from './kept-messages.js';
import { TurnHistory } from './turn-history.js';
import { searchPassages, toSource, writePassages } from './turn-passages.js';
import { composeMessages, newestThatFit, tokensForAnswer } from './turn-prompt.js';

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
    const { sent } = plan.request;
    const messages = sent
      ? composeAround(sent, plan, { sources, history })
      : this.composeOwn(plan, { sources, history });
    return { sources, completion: toCompletionRequest(plan, messages, passages) };
  }

  private composeOwn({ request, instructions, model }: GenerationPlan, { sources, history }: Gathered) {
    const { question, maxTokens } = request;
    const { contextTokens } = model;
    const context = writePassages(sources);
    const composed = composeMessages({ instructions, question, context, history, contextTokens, maxTokens });
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
  readonly sources: readonly Source[];
  readonly history: readonly ChatMessage[];
}

/** Only stored rounds are left out where there is no room: what a caller sent itself is never cut. */
function composeAround(
  sent: readonly ModelMessage[],
  { request, instructions, model: { contextTokens } }: GenerationPlan,
  { sources, history }: Gathered,
): readonly ModelMessage[] {
  const { question, maxTokens, parameters } = request;
  const room =
    contextTokens -
    tokensForAnswer({ contextTokens, maxTokens }) -
    estimatePromptTokens({ messages: sent, parameters });
  const rounds = newestThatFit(history, room);
  return composeKept({ instructions, sent, rounds, question, context: writePassages(sources) });
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

import { Inject, Injectable } from '@nestjs/common';
import { Observable, type Subscriber } from 'rxjs';
import type { CallingClient } from '../../auth/calling-client.js';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { DatabaseShares } from '../../database/database-shares.js';
import { type FoundPassage, Retriever } from '../../knowledge/retriever.js';
import type { ChatMessage, CompletionRequest } from '../../llm/completion.js';
import { LlmService } from '../../llm/llm.service.js';
import { AnswerText, type TextPolicy } from './answer-text.js';
import { segmentsFor } from './break-settings.js';
import type { Source } from '../domain/turn-event.js';
import type { TurnText } from '../domain/turn-fold.js';
import type { TurnRequest } from '../domain/turn-request.js';
import type { Instructions } from '../prompting/instructions.js';
import type { GenerationEvent } from './running-turn.js';
import { TurnHistory } from '../prompting/turn-history.js';
import type { Admission } from './turn-limits.js';
import { searchPassages, toSource } from '../prompting/turn-passages.js';
import { composeMessages, writePassages } from '../prompting/turn-prompt.js';

/** Everything that answering needs, settled before the turn was accepted. */
export interface GenerationPlan {
  readonly client: CallingClient;
  readonly request: TurnRequest;
  readonly instructions: Instructions;
  readonly model: { readonly name: string; readonly contextTokens: number; readonly builtin: boolean };
  /** Whether passages are searched for. */
  readonly retrieves: boolean;
  /** The row of the turn's conversation; null: none. */
  readonly conversationId: string | null;
  /** Released when the generation ends, however it ends. */
  readonly admission: Admission;
}

/** Without a reason of its own, each abort makes an exception with a stack. */
const OVER = new Error('The generation is over.');

/** A generation under way. */
interface Generation {
  readonly subscriber: Subscriber<GenerationEvent>;
  /** The text of the events so far. */
  readonly textSoFar: () => TurnText;
  /** Aborted when the subscriber leaves. */
  readonly signal: AbortSignal;
}

/** From an accepted turn to its events: search, history, prompt, model. */
@Injectable()
export class TurnGenerator {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly history: TurnHistory,
    private readonly retriever: Retriever,
    private readonly llm: LlmService,
    private readonly shares: DatabaseShares,
  ) {}

  /**
   * Cold: subscribing begins, unsubscribing aborts the model's request at once. The last event is
   * `turn.completed`; anything else that ends it is an error, an `AppError` where it is foreseen.
   * @param textSoFar the text of the events so far
   */
  generate(plan: GenerationPlan, textSoFar: () => TurnText): Observable<GenerationEvent> {
    return new Observable((subscriber) => {
      const stopped = new AbortController();
      const { signal } = stopped;
      this.answer(plan, { subscriber, textSoFar, signal }).catch((error: unknown) => subscriber.error(error));
      return () => {
        stopped.abort(OVER);
        plan.admission.release();
      };
    });
  }

  /** The subscriber itself takes the answer: each operator between them would cost every delta. */
  private async answer(plan: GenerationPlan, { subscriber, textSoFar, signal }: Generation): Promise<void> {
    const { passages, history } = await this.gather(plan, signal);
    if (subscriber.closed) return;
    const sources = passages.map(toSource);
    if (plan.retrieves) subscriber.next({ type: 'sources.retrieved', sources });
    const text = new AnswerText(this.policyFor(plan), textSoFar, subscriber);
    const completion = toCompletionRequest(plan, { passages, sources, history });
    const inputTokens = this.llm.estimateInput(completion.model, completion.messages);
    subscriber.next({ type: 'prompt.composed', inputTokens });
    const completion$ = this.llm.complete({
      ...completion,
      keptText: text.keptText,
      onAttempt: (current) => subscriber.next({ type: 'attempt.begun', current }),
    });
    text.follow(completion$);
  }

  private policyFor({ request: { wire }, client }: GenerationPlan): TextPolicy {
    const segments = wire.cutsMessages ? segmentsFor(client, this.config.turn) : undefined;
    return { canVoid: wire.canVoid, segments };
  }

  private async gather(
    plan: GenerationPlan,
    signal: AbortSignal,
  ): Promise<{ passages: FoundPassage[]; history: ChatMessage[] }> {
    const [passages, history] = await Promise.all([this.search(plan, signal), this.readHistory(plan)]);
    return { passages, history };
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
    question,
    passages,
  };
}

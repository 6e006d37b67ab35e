import { Inject, Injectable } from '@nestjs/common';
import { Observable, type Subscriber } from 'rxjs';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { LlmService } from '../../llm/llm.service.js';
import { AnswerMessages, type TextPolicy } from './answer-messages.js';
import { segmentsFor } from './break-settings.js';
import type { TurnText } from '../domain/turn-fold.js';
import { PromptComposer } from '../prompting/prompt-composer.js';
import type { GenerationPlan } from './generation-plan.js';
import type { GenerationEvent } from './generation-event.js';

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

/** From an accepted turn to its events: prompt, model, text. */
@Injectable()
export class TurnGenerator {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly prompts: PromptComposer,
    private readonly llm: LlmService,
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
    const { sources, completion } = await this.prompts.compose(plan, signal);
    if (subscriber.closed) return;
    if (plan.retrieves) subscriber.next({ type: 'sources.retrieved', sources });
    const text = new AnswerMessages(this.policyFor(plan), textSoFar, subscriber);
    const inputTokens = this.llm.estimateInput(completion);
    subscriber.next({ type: 'prompt.composed', inputTokens });
    const completion$ = this.llm.complete({
      ...completion,
      takesCalls: plan.request.wire.keepsMessages,
      keptText: text.keptText,
      maxRestMs: plan.request.wire.callersRepeat ? this.config.turn.statusWaitMs : undefined,
      onAttempt: (current) => subscriber.next({ type: 'attempt.begun', current }),
    });
    text.follow(completion$);
  }

  private policyFor({ request: { wire }, client }: GenerationPlan): TextPolicy {
    const segments = wire.cutsMessages ? segmentsFor(client, this.config.turn) : undefined;
    return { canVoid: wire.canVoid, segments };
  }
}

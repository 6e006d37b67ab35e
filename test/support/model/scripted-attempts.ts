import { defer, Observable, type Subscription, take, tap } from 'rxjs';
import type { AppError } from '../../../src/common/errors/app-error.js';
import type { Completion$, CompletionEvent, ModelFailureCode } from '../../../src/llm/completion.js';
import { ModelFailure } from '../../../src/llm/model-failure.js';
import type { Attempt$, AttemptEvent, AttemptRun } from '../../../src/llm/openai/attempt-event.js';
import type { ChatRequest } from '../../../src/llm/openai/request/chat-request.js';
import { answerInAttempts, type AttemptsPlan } from '../../../src/llm/retry/attempts.js';
import { Target } from '../../../src/llm/targets/target.js';
import { ManualTiming } from '../time/manual-timing.js';

export const ASKED: ChatRequest = { messages: [{ role: 'user', content: 'Hi' }], maxTokens: 100 };

export const FINISH = {
  type: 'finish',
  finishReason: 'stop',
  usage: { inputTokens: 5, outputTokens: 3 },
} as const satisfies AttemptEvent;

export interface FailureOptions {
  readonly code?: ModelFailureCode;
  readonly isRetriable?: boolean;
  readonly isOutage?: boolean;
  readonly isAway?: boolean;
  readonly isUnreached?: boolean;
  readonly isElsewhereOnly?: boolean;
  readonly retryAfterSeconds?: number;
}

/** By default a failure that may pass, and that is the server's fault. */
export function failure({ retryAfterSeconds, ...options }: FailureOptions = {}): ModelFailure {
  const failureClass = { code: 'model_failed', isRetriable: true, isOutage: true, ...options } as const;
  return new ModelFailure(failureClass, 'test', { retryAfterSeconds });
}

/** An attempt that says `texts`, at once, and then fails, finishes or, with null, goes on. */
export function says(
  texts: readonly string[],
  ending: ModelFailure | AttemptEvent | null = FINISH,
): Attempt$ {
  return new Observable((subscriber) => {
    for (const text of texts) subscriber.next({ type: 'text.delta', text });
    if (ending instanceof ModelFailure) subscriber.error(ending);
    if (ending === null || ending instanceof ModelFailure) return;
    subscriber.next(ending);
    subscriber.complete();
  });
}

/** Reports the first token of an attempt, as the HTTP client does. */
export function notingToken(attempt$: Attempt$, { onToken }: AttemptRun): Attempt$ {
  return defer(() => {
    let hasToken = false;
    return attempt$.pipe(
      tap(({ type }) => {
        if (type !== 'finish' && !hasToken) onToken?.();
        hasToken = true;
      }),
    );
  });
}

export const PATIENT: AttemptRun['limits'] = {
  connectTimeoutMs: 3_000,
  firstTokenTimeoutMs: 120_000,
  idleTimeoutMs: 20_000,
};

export interface AnswerOptions extends Partial<AttemptsPlan> {
  /** The reader leaves at the event of this number. */
  readonly events?: number;
}

/** Answers whose attempts are scripted, as are clock and chance; all else is real. */
export class ScriptedAttempts {
  readonly timing = new ManualTiming();
  /** What targets were asked. */
  readonly asked: { readonly host: string; readonly request: ChatRequest; readonly endsAt: number }[] = [];
  /** What readers heard; deltas as their text. */
  readonly heard: (string | CompletionEvent | AppError)[] = [];
  /** What the log heard. */
  readonly failures: [host: string | undefined, failure: ModelFailure][] = [];

  targetAt(host: string, maxInFlight = 200): Target {
    return new Target({
      config: { baseUrl: `http://${host}/v1`, model: 'm' },
      maxInFlight,
      clientSharePercent: 100,
      timing: this.timing,
      recovery: { waitMs: 60_000, firstWaitMs: 0 },
    });
  }

  /** A target that has just been taken out of service. */
  deadTargetAt(host: string): Target {
    const target = this.targetAt(host);
    for (let index = 0; index < 20; index++) target.acquire({ client: 'a' }).end('outage');
    return target;
  }

  get hosts(): string[] {
    return this.asked.map(({ host }) => host);
  }

  /** An answer of these attempts, one after another; by default of one target, with 2 retries. */
  completion(attempts: readonly Attempt$[], change: Partial<AttemptsPlan> = {}): Completion$ {
    const script = [...attempts];
    const plan: AttemptsPlan = {
      targets: change.targets ?? [this.targetAt('a')],
      request: ASKED,
      client: 'a',
      continuation: { mode: 'instruct' },
      maxRetries: 2,
      totalTimeoutMs: 300_000,
      limits: PATIENT,
      attempt: ({ baseUrl }, request, run) => {
        this.asked.push({ host: new URL(baseUrl).host, request, endsAt: run.endsAt });
        return notingToken(script.shift() ?? says(['unplanned']), run);
      },
      onFailure: (fault, target) => this.failures.push([target?.host, fault]),
      ...change,
    };
    return answerInAttempts(plan, this.timing);
  }

  /** Subscribes to a {@link completion}, and notes its events. */
  answer(attempts: readonly Attempt$[], { events = Infinity, ...change }: AnswerOptions = {}): Subscription {
    return this.completion(attempts, change)
      .pipe(take(events))
      .subscribe({
        next: (event) => this.heard.push(event.type === 'text.delta' ? event.text : event),
        error: (error: AppError) => this.heard.push(error),
        complete: () => this.heard.push('complete'),
      });
  }
}

/** Matches the news of a failed attempt that another follows. */
export function retry(attempt: object = {}): unknown {
  return { type: 'attempt', willRetry: true, attempt: expect.objectContaining(attempt) as unknown };
}

/** Matches the news of the last attempt's failure. */
export function giveUp(attempt: object = {}): unknown {
  return { type: 'attempt', willRetry: false, attempt: expect.objectContaining(attempt) as unknown };
}

export function finish(attempt: object = {}): typeof FINISH & { attempt: unknown } {
  return { ...FINISH, attempt: expect.objectContaining(attempt) as unknown };
}

export function anError(code: ModelFailureCode): unknown {
  return expect.objectContaining({ code });
}

import { catchError, concat, defer, finalize, map, mergeMap, Observable, of, throwError } from 'rxjs';
import type { ContinuationConfig, TargetConfig } from '../../config/app-config.js';
import type { Completion$, CompletionEvent, CompletionRequest } from '../completion.js';
import { NO_TARGET_FREE } from '../failure-classes.js';
import { ModelFailure, toAppError, toModelFailure } from '../model-failure.js';
import type { Attempt$, AttemptRun } from '../openai/attempt-event.js';
import type { ChatRequest } from '../openai/request/chat-request.js';
import { toContinuationRequest, withKeptText } from './continuation.js';
import { TargetSelector, type NextAttempt } from '../targets/target-selector.js';
import type { Target, TargetPlace, InFlightCall } from '../targets/target.js';
import type { Timing } from './timing.js';
import { withoutOverlap } from './without-overlap.js';

/** An answer to be made in one attempt or several. */
export interface AttemptsPlan {
  /** In order of preference, each once; never empty. */
  readonly targets: readonly Target[];
  readonly request: ChatRequest;
  /** Whose share of the targets it takes. */
  readonly client: string;
  /** At one of the targets, kept for the first attempt. */
  readonly place?: TargetPlace;
  readonly continuation: ContinuationConfig;
  /** As in `CompletionRequest`. */
  readonly keptText?: () => string;
  readonly onAttempt?: CompletionRequest['onAttempt'];
  readonly maxRetries: number;
  /** For all attempts and the pauses between them. */
  readonly totalTimeoutMs: number;
  /** Of each attempt. */
  readonly limits: AttemptRun['limits'];
  readonly attempt: (target: TargetConfig, request: ChatRequest, run: AttemptRun) => Attempt$;
  /** Called for every failure; without a target when none took the request. For the log. */
  readonly onFailure: (failure: ModelFailure, target?: Target) => void;
}

/** Composes attempts into one answer, as {@link Completion$}. Each subscription makes an answer of its own. */
export function answerInAttempts(plan: AttemptsPlan, timing: Timing): Completion$ {
  return defer(() => new Attempts(plan, timing).begin());
}

class Attempts {
  private readonly endsAt: number;
  private readonly selector: TargetSelector;

  constructor(
    private readonly plan: AttemptsPlan,
    private readonly timing: Timing,
  ) {
    this.endsAt = timing.now() + plan.totalTimeoutMs;
    const { targets, maxRetries, client } = plan;
    this.selector = new TargetSelector(targets, { maxRetries, endsAt: this.endsAt, client }, timing);
  }

  begin(): Completion$ {
    const place = this.usablePlace();
    const target = this.selector.first(place?.target);
    return target ? this.attempt({ target, kept: '', place }) : this.refuse();
  }

  private usablePlace(): TargetPlace | undefined {
    const { place } = this.plan;
    if (!place || place.target.isInService) return place;
    place.release();
    return undefined;
  }

  private refuse(): Completion$ {
    const { targets, client } = this.plan;
    const retryAfterMs = Math.min(...targets.map((target) => target.retryAfterMs(client)));
    const retryAfterSeconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
    const failure = new ModelFailure(NO_TARGET_FREE, 'no target takes a request now', { retryAfterSeconds });
    this.plan.onFailure(failure);
    return throwError(() => toAppError(failure));
  }

  private attempt({ target, kept, place, releaseRetry }: AttemptPlan): Completion$ {
    const call = target.acquire({ client: this.plan.client, place, releaseRetry });
    this.plan.onAttempt?.(() => call.toRecord('cancelled'));
    return this.ask(target, { kept, call }).pipe(
      map((event): CompletionEvent => {
        if (event.type !== 'finish') return event;
        call.end('answered');
        const usage = kept === '' ? event.usage : withKeptText(event.usage, kept);
        return { ...event, usage, attempt: call.toRecord('answered') };
      }),
      catchError((error: unknown) => this.afterFailure(toModelFailure(error), { target, call })),
      finalize(() => call.end('neither')),
    );
  }

  private ask(target: Target, { kept, call }: { kept: string; call: InFlightCall }): Attempt$ {
    const { attempt, request, limits, continuation } = this.plan;
    const run = { limits, endsAt: this.endsAt, onToken: () => call.begin() };
    if (kept === '') return attempt(target.config, request, run);
    const toGoOn = toContinuationRequest(request, kept, continuation);
    const rest$ = attempt(target.config, toGoOn, run);
    // A prefilled answer goes on exactly where it broke off: what it repeats there is meant.
    return continuation.mode === 'prefill' ? rest$ : rest$.pipe(withoutOverlap(kept));
  }

  private afterFailure(failure: ModelFailure, { target, call }: FailedAttempt): Completion$ {
    call.end(failure.isOutage ? 'outage' : 'neither');
    this.plan.onFailure(failure, target);
    const next = this.selector.next(failure);
    const attempt = call.toRecord(failure.code);
    const attemptEvent$ = of<CompletionEvent>({ type: 'attempt', attempt, willRetry: next !== null });
    if (next === null) return concat(attemptEvent$, failWith(failure));
    return concat(attemptEvent$, this.goOn(next, failure)).pipe(finalize(next.releaseRetry));
  }

  private goOn(next: NextAttempt, failure: ModelFailure): Completion$ {
    return this.pause(next.waitMs).pipe(
      mergeMap(() => {
        // In the pause the time may have run out, or the target been taken out or filled by others.
        if (this.timing.now() >= this.endsAt || next.target.retryAfterMs(this.plan.client) > 0)
          return failWith(failure);
        return this.attempt({ ...next, kept: this.plan.keptText?.() ?? '' });
      }),
    );
  }

  private pause(ms: number): Observable<unknown> {
    if (ms === 0) return of(null);
    return new Observable((subscriber) =>
      this.timing.after(ms, () => {
        subscriber.next(null);
        subscriber.complete();
      }),
    );
  }
}

interface AttemptPlan {
  readonly target: Target;
  /** The kept text of earlier attempts; `''`: nothing. */
  readonly kept: string;
  readonly place?: TargetPlace;
  readonly releaseRetry?: () => void;
}

interface FailedAttempt {
  readonly target: Target;
  readonly call: InFlightCall;
}

function failWith(failure: ModelFailure): Observable<never> {
  return throwError(() => toAppError(failure));
}

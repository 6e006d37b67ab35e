import { Observable, type Subscriber, Subscription } from 'rxjs';
import type { ContinuationConfig, TargetConfig } from '../../config/app-config.js';
import type { Completion$, CompletionEvent, CompletionRequest } from '../completion.js';
import { LEFT_ALONE, NO_TARGET_FREE } from '../failure-classes.js';
import { ModelFailure, toAppError, toModelFailure } from '../model-failure.js';
import type { Attempt$, AttemptEvent, AttemptRun } from '../openai/attempt-event.js';
import type { ChatRequest } from '../openai/request/chat-request.js';
import { toContinuationRequest, withKeptText } from './continuation.js';
import { TargetSelector, type NextAttempt, type RetryLine } from '../targets/target-selector.js';
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
  readonly maxRestMs?: CompletionRequest['maxRestMs'];
  readonly maxRetries: number;
  /** For all attempts and the pauses between them. */
  readonly totalTimeoutMs: number;
  /** Of each attempt. */
  readonly limits: AttemptRun['limits'];
  readonly attempt: (target: TargetConfig, request: ChatRequest, run: AttemptRun) => Attempt$;
  /** Called for failures, of a wait for the first and the last one; without a target when none took the request. For the log. */
  readonly onFailure: (failure: ModelFailure, target?: Target) => void;
  /** Called when the answer begins to wait for a server that is away. For the log. */
  readonly onWait?: (target: Target) => void;
}

/** Composes attempts into one answer, as {@link Completion$}. Each subscription makes an answer of its own. */
export function answerInAttempts(plan: AttemptsPlan, timing: Timing): Completion$ {
  return new Observable((subscriber) => {
    const attempts = new Attempts({ plan, timing, subscriber });
    // Before the begin: the subscriber may leave at the first event.
    subscriber.add(() => attempts.stop());
    attempts.begin();
  });
}

interface AttemptsOptions {
  readonly plan: AttemptsPlan;
  readonly timing: Timing;
  readonly subscriber: Subscriber<CompletionEvent>;
}

/** One attempt or one pause at a time. The subscriber gets the events of each attempt itself, through no operator. */
class Attempts {
  private readonly plan: AttemptsPlan;
  private readonly timing: Timing;
  private readonly subscriber: Subscriber<CompletionEvent>;
  private readonly endsAt: number;
  private readonly selector: TargetSelector;
  /** The attempt, or the pause, that is under way. */
  private running = new Subscription();
  private call: InFlightCall | undefined;
  private next: NextAttempt | RetryLine | undefined;
  /** Whether a call of a tool has begun. Its arguments can be neither continued nor begun again. */
  private hasCall = false;

  constructor({ plan, timing, subscriber }: AttemptsOptions) {
    this.plan = plan;
    this.timing = timing;
    this.subscriber = subscriber;
    this.endsAt = timing.now() + plan.totalTimeoutMs;
    const { targets, maxRetries, client, maxRestMs = Infinity } = plan;
    const restsEndAt = timing.now() + maxRestMs;
    this.selector = new TargetSelector(
      targets,
      { maxRetries, endsAt: this.endsAt, client, restsEndAt },
      timing,
    );
  }

  begin(): void {
    const place = this.usablePlace();
    const target = this.selector.first(place?.target);
    if (target) this.attempt({ target, kept: '', place });
    else this.continueWith(this.selector.again(), null);
  }

  stop(): void {
    this.running.unsubscribe();
    this.call?.end('neither');
    this.next?.release();
  }

  private usablePlace(): TargetPlace | undefined {
    const { place } = this.plan;
    if (!place || place.target.isInService) return place;
    place.release();
    return undefined;
  }

  private attempt({ target, kept, place, release }: AttemptPlan): void {
    const call = target.acquire({ client: this.plan.client, place, releaseRetry: release });
    this.call = call;
    this.plan.onAttempt?.(() => call.toRecord('cancelled'));
    const running = new Subscription();
    this.running = running;
    const asking = this.ask({ target, kept, call }).subscribe({
      next: (event) => this.pass(event, { kept, call }),
      error: (error: unknown) => this.afterFailure(toModelFailure(error), { target, call }),
      complete: () => this.subscriber.complete(),
    });
    running.add(asking);
  }

  private ask({ target, kept, call }: Asked): Attempt$ {
    const { attempt, request, limits, continuation } = this.plan;
    const run: AttemptRun = {
      limits,
      endsAt: this.endsAt,
      onAnswer: () => {
        target.noteAnswer();
        call.respond();
      },
      onToken: () => call.begin(),
    };
    if (kept === '') return attempt(target.config, request, run);
    const toGoOn = toContinuationRequest(request, kept, continuation);
    const rest$ = attempt(target.config, toGoOn, run);
    // A prefilled answer goes on exactly where it broke off: what it repeats there is meant.
    return continuation.mode === 'prefill' ? rest$ : rest$.pipe(withoutOverlap(kept));
  }

  private pass(event: AttemptEvent, { kept, call }: Omit<Asked, 'target'>): void {
    if (event.type === 'tool_call.delta') this.hasCall = true;
    if (event.type !== 'finish') return this.subscriber.next(event);
    call.end('answered');
    const usage = kept === '' ? event.usage : withKeptText(event.usage, kept);
    this.subscriber.next({ ...event, usage, attempt: call.toRecord('answered') });
  }

  private afterFailure(failure: ModelFailure, { target, call }: FailedAttempt): void {
    if (failure.isServersWord) target.noteAnswer();
    call.fail(failure, this.selector.hasFoundAway);
    const wasWaiting = this.selector.pauses > 0;
    const next = this.hasCall ? null : this.selector.next(failure, call.hasBegun);
    // A wait has many pauses: the log has its begin and its end.
    if (!wasWaiting || next === null) this.plan.onFailure(failure, target);
    if (!wasWaiting && this.selector.pauses > 0) this.plan.onWait?.(target);
    this.next = next ?? undefined;
    this.subscriber.next({ type: 'attempt', attempt: call.toRecord(failure.code), willRetry: next !== null });
    if (this.subscriber.closed) return;
    this.continueWith(next, failure);
  }

  /** @param failure of the last attempt; null: there was none */
  private continueWith(next: NextAttempt | RetryLine | null, failure: ModelFailure | null): void {
    if (next === null) this.subscriber.error(toAppError(failure ?? this.refusal()));
    else if ('placeWithinMs' in next) this.waitInLine(next, failure);
    else this.pauseBefore(next, failure);
  }

  private waitInLine(line: RetryLine, failure: ModelFailure | null): void {
    const { target, placeWithinMs, release } = line;
    const running = new Subscription();
    this.running = running;
    this.next = line;
    const leaveWith = (next: () => NextAttempt | RetryLine | null) => {
      running.unsubscribe();
      release();
      this.continueWith(next(), failure);
    };
    running.add(this.timing.after(placeWithinMs, () => leaveWith(() => null)));
    // It may call back at once: `running` then takes the timer back.
    running.add(
      target.waitForRetry((place) =>
        leaveWith(() => (place ? this.selector.inPlace(target, place) : this.selector.again())),
      ),
    );
  }

  private pauseBefore(next: NextAttempt, failure: ModelFailure | null): void {
    this.next = next;
    if (next.waitMs === 0) this.goOn(next, failure);
    else this.running = new Subscription(this.timing.after(next.waitMs, () => this.goOn(next, failure)));
  }

  /** White space is nothing to go on from: strict servers refuse it as a message. */
  private keptText(): string {
    const kept = this.plan.keptText?.() ?? '';
    return kept.trim() === '' ? '' : kept;
  }

  private goOn({ target, release }: NextAttempt, failure: ModelFailure | null): void {
    const isInTime = this.timing.now() < this.endsAt;
    if (isInTime && target.retryAfterMs(this.plan.client) === 0)
      return this.attempt({ target, release, kept: this.keptText() });
    // In the pause the time may have run out, or the target been taken out or filled by others.
    release();
    this.continueWith(isInTime ? this.selector.again() : null, failure);
  }

  private refusal(): ModelFailure {
    const { targets, client } = this.plan;
    const failure = noTargetFailure(targets, client);
    this.plan.onFailure(failure);
    return failure;
  }
}

/** Why no target takes a request: each is full, or is left alone because it failed. */
function noTargetFailure(targets: readonly Target[], client: string): ModelFailure {
  const retryAfterMs = Math.min(...targets.map((target) => target.retryAfterMs(client)));
  const retryAfterSeconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  return targets.some(({ isInService }) => isInService)
    ? new ModelFailure(NO_TARGET_FREE, 'every target has as many requests as it may', { retryAfterSeconds })
    : new ModelFailure(LEFT_ALONE, 'every target is left alone: most of its requests failed', {
        retryAfterSeconds,
        detail:
          'The model server failed most requests of late. The service leaves it alone for a while, and then tries it again.',
      });
}

interface AttemptPlan {
  readonly target: Target;
  /** The kept text of earlier attempts; `''`: nothing. */
  readonly kept: string;
  readonly place?: TargetPlace;
  readonly release?: () => void;
}

interface Asked {
  readonly target: Target;
  readonly kept: string;
  readonly call: InFlightCall;
}

interface FailedAttempt {
  readonly target: Target;
  readonly call: InFlightCall;
}

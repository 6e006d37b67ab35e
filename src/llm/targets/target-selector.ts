import type { ModelFailure } from '../model-failure.js';
import { backoffMs } from '../retry/backoff.js';
import type { Target } from './target.js';
import type { Timing } from '../retry/timing.js';

/** A server that wants to be left alone for longer is not waited for. */
const MAX_REST_MS = 30_000;

/** A further attempt that is to be made. */
export interface NextAttempt {
  readonly target: Target;
  readonly waitMs: number;
  /** Gives its place in the target's retry budget back; doing so twice does nothing. */
  readonly releaseRetry: () => void;
}

export interface SelectorLimits {
  /** Attempts after the first. */
  readonly maxRetries: number;
  /** Of {@link Timing.now}: no attempt begins then or later. */
  readonly endsAt: number;
  /** Whose answer it is: a target that has as many requests of this client as it may have is not asked. */
  readonly client: string;
}

/**
 * The way of one answer through the targets of its model: the first that is free, and after each failure the
 * next one round the circle. A target that was not asked before is asked at once; the others after a pause, which
 * is longer where the target asked for that (`Retry-After`).
 */
export class TargetSelector {
  private current = 0;
  private attempts = 0;
  private readonly tries = new Map<Target, number>();
  private readonly restsUntil = new Map<Target, number>();
  /** Targets that are not to be asked again for this answer. */
  private readonly excluded = new Set<Target>();

  /** @param targets in order of preference, each once */
  constructor(
    private readonly targets: readonly Target[],
    private readonly limits: SelectorLimits,
    private readonly timing: Timing,
  ) {}

  /**
   * Where to begin; null when no target takes a request now.
   * @param kept the target with a place for the request
   */
  first(kept?: Target): Target | null {
    const { client } = this.limits;
    const target = kept ?? this.targets.find((candidate) => candidate.retryAfterMs(client) === 0) ?? null;
    if (target) this.go(target);
    return target;
  }

  /** How to go on after a failure of the present target; null: not at all. */
  next(failure: ModelFailure): NextAttempt | null {
    this.noteRest(failure);
    if (failure.isElsewhereOnly) this.excluded.add(this.targets[this.current]!);
    if (!failure.isRetriable || this.attempts > this.limits.maxRetries) return null;
    for (const target of this.candidates()) {
      const next = this.stepTo(target);
      if (next === null) continue;
      this.go(target);
      return next;
    }
    return null;
  }

  private go(target: Target): void {
    this.current = this.targets.indexOf(target);
    this.attempts++;
    this.tries.set(target, this.triesOf(target) + 1);
  }

  private noteRest({ retryAfterSeconds }: ModelFailure): void {
    const target = this.targets[this.current];
    if (target && retryAfterSeconds !== undefined)
      this.restsUntil.set(target, this.timing.now() + retryAfterSeconds * 1_000);
  }

  /** Round the circle from the present target, which is the last; those that asked for a rest behind others. */
  private candidates(): Target[] {
    const after = this.current + 1;
    const circle = [...this.targets.slice(after), ...this.targets.slice(0, after)];
    return circle
      .filter((target) => !this.excluded.has(target))
      .sort((a, b) => this.restMsOf(a) - this.restMsOf(b));
  }

  private stepTo(target: Target): NextAttempt | null {
    if (target.retryAfterMs(this.limits.client) > 0) return null;
    const tries = this.triesOf(target);
    const restMs = this.restMsOf(target);
    const waitMs = tries === 0 ? 0 : restMs + backoffMs(tries, this.timing.random());
    // Waiting for an attempt without time for it only delays the caller.
    if (restMs > MAX_REST_MS || this.timing.now() + waitMs >= this.limits.endsAt) return null;
    const releaseRetry = tries === 0 ? () => undefined : target.bookRetry();
    return releaseRetry && { target, waitMs, releaseRetry };
  }

  private triesOf(target: Target): number {
    return this.tries.get(target) ?? 0;
  }

  private restMsOf(target: Target): number {
    return Math.max(0, (this.restsUntil.get(target) ?? 0) - this.timing.now());
  }
}

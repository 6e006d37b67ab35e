import type { ModelFailure } from '../model-failure.js';
import { backoffMs, recoveryPauseMs } from '../retry/backoff.js';
import type { Target } from './target.js';
import type { Timing } from '../retry/timing.js';

/** A server that wants to be left alone for longer is not waited for. */
const MAX_REST_MS = 30_000;

/**
 * Each repetition after a lost request takes so many steps of the growing pauses at once: there are few, and they must not
 * be over before the server is back.
 */
const STEPS_AFTER_LOSS = 5;

/** A further attempt that is to be made. */
export interface NextAttempt {
  readonly target: Target;
  readonly waitMs: number;
  /** Gives its place in the target's retry budget, or among those who wait for it, back; doing so twice does nothing. */
  readonly release: () => void;
}

/** A place in the line for the retry budget of a target, which has none now. */
export interface RetryLine {
  readonly target: Target;
  /** It is left after so many milliseconds. */
  readonly placeWithinMs: number;
  /** Gives the place among those who wait back; doing so twice does nothing. */
  readonly release: () => void;
}

export interface SelectorLimits {
  /** Attempts after the first. Those do not count that found a server away that the answer waits for. */
  readonly maxRetries: number;
  /** Of {@link Timing.now}: no attempt begins then or later. */
  readonly endsAt: number;
  /** Whose answer it is: a target that has as many requests of this client as it may have is not asked. */
  readonly client: string;
  /** Of {@link Timing.now}: a server with a limit of requests is not asked again later than this, unless there was a token. */
  readonly restsEndAt?: number;
}

/**
 * The way of one answer through the targets of its model: the first that is free, and after each failure the
 * next one round the circle. A target that was not asked before is asked at once; the others after a pause, which
 * is longer where the target asked for that (`Retry-After`). A server that is away is waited for, beside the targets that are not.
 */
export class TargetSelector {
  private current = 0;
  private countedAttempts = 0;
  private readonly tries = new Map<Target, number>();
  private readonly restsUntil = new Map<Target, number>();
  /** Targets that are not to be asked again for this answer. */
  private readonly excluded = new Set<Target>();
  /** Targets whose server was away when this answer last asked it. */
  private readonly away = new Set<Target>();
  /** Of those whose server had the request when it went away, how often in a row. */
  private readonly losses = new Map<Target, number>();
  /** The wait for servers that are away, since the answer last had a token. */
  private wait: { readonly ms: number; readonly endsAt: number; pauses: number } | undefined;
  /** When the wait for a place in the budget of any target ends; undefined: there was none since the last failure. */
  private lineEndsAt: number | undefined;
  /** Whether an attempt had a token. */
  private hasSpoken = false;

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

  /**
   * How to go on after a failure of the present target; null: not at all.
   * @param hasBegun whether the attempt had a token
   */
  next(failure: ModelFailure, hasBegun: boolean): NextAttempt | RetryLine | null {
    this.note(failure, hasBegun);
    this.lineEndsAt = undefined;
    const hasRetries = this.countedAttempts <= this.limits.maxRetries;
    if (!failure.isRetriable || !hasRetries || this.timing.now() >= this.limits.endsAt) return null;
    return this.again();
  }

  /** How to go on, now that the target that was to be asked takes no request; null: not at all. */
  again(): NextAttempt | RetryLine | null {
    const fresh = this.candidates().find((target) => this.isFreshAndFree(target));
    if (fresh) return this.goTo({ target: fresh, waitMs: 0, release: () => undefined });
    const there = this.candidates().filter((target) => !this.isAway(target));
    const rested = there.filter((target) => this.restMsOf(target) === 0);
    return this.booked(rested) ?? this.nextWait() ?? this.booked(there) ?? this.inLine(there);
  }

  /** After a pause, with a place in the budget for repetitions; null: the target is not to be asked now. */
  inPlace(target: Target, release: () => void): NextAttempt | null {
    const waitMs = this.pauseMsBefore(target);
    if (waitMs !== null) return this.goTo({ target, waitMs, release });
    release();
    return null;
  }

  /** At a target whose server is away, after a pause. Null: there is none, or the wait is over. */
  private nextWait(): NextAttempt | null {
    const { client, endsAt } = this.limits;
    const away = this.candidates().filter((candidate) => this.isAway(candidate));
    const [target] = away.sort((a, b) => this.readyMsOf(a) - this.readyMsOf(b));
    if (!target) return null;
    const wait = (this.wait ??= this.beginWait(away));
    const now = this.timing.now();
    // A request that tries the server, and has not failed, may be what loads its model.
    const leftMs = Math.min(endsAt, target.isProbed ? Infinity : wait.endsAt) - now;
    const readyMs = this.readyMsOf(target);
    if (leftMs <= 0 || readyMs > leftMs) return null;
    const release = target.waitInLine(client);
    if (!release) return null;
    const pauseMs = recoveryPauseMs(++wait.pauses, wait.ms, this.timing.random());
    // Those who wait for the same moment must not come at once.
    const waitMs = readyMs === 0 ? pauseMs : readyMs + pauseMs * this.timing.random();
    return this.goTo({ target, waitMs: Math.min(leftMs, waitMs), release });
  }

  /** Pauses of the present wait for a server that is away; 0: there is no such wait. */
  get pauses(): number {
    return this.wait?.pauses ?? 0;
  }

  /** Whether the answer's last request to the present target has found its server away. */
  get hasFoundAway(): boolean {
    return this.away.has(this.targets[this.current]!);
  }

  /** Whether it is to be waited for. After a server took the request and lost it, the request is repeated as after any other failure. */
  private isAway(target: Target): boolean {
    const wasAway = this.away.has(target) && !this.losses.has(target);
    return (wasAway || target.isAway) && target.recoveryWaitMs > 0;
  }

  private note(failure: ModelFailure, hasBegun: boolean): void {
    const target = this.targets[this.current]!;
    this.hasSpoken ||= hasBegun;
    this.noteRest(target, failure);
    if (failure.isElsewhereOnly) this.excluded.add(target);
    if (hasBegun) this.wait = undefined;
    const isAway = failure.isAway && target.recoveryWaitMs > 0;
    const isUnreached = isAway && failure.isUnreached && !hasBegun;
    // A server that was not there has not been asked; a server that took the request may have worked on it.
    if (!isUnreached) this.countedAttempts++;
    const losses = hasBegun ? 0 : this.lossesOf(target);
    this.away.delete(target);
    this.losses.delete(target);
    if (isAway) this.away.add(target);
    if (isAway && !isUnreached) this.losses.set(target, losses + 1);
  }

  private noteRest(target: Target, { isRateLimit, retryAfterSeconds }: ModelFailure): void {
    if (retryAfterSeconds === undefined) return;
    const restsUntil = this.timing.now() + retryAfterSeconds * 1_000;
    this.restsUntil.set(target, restsUntil);
    const { restsEndAt = Infinity } = this.limits;
    if (isRateLimit && !this.hasSpoken && restsUntil > restsEndAt) this.excluded.add(target);
  }

  private lossesOf(target: Target): number {
    return this.losses.get(target) ?? 0;
  }

  private beginWait(away: readonly Target[]): { ms: number; endsAt: number; pauses: number } {
    const ms = Math.max(...away.map((target) => target.recoveryWaitMs));
    return { ms, endsAt: this.timing.now() + ms, pauses: 0 };
  }

  /** At the first of the targets whose budget for repetitions has a place, after a pause. */
  private booked(targets: readonly Target[]): NextAttempt | null {
    for (const target of targets) {
      const waitMs = this.pauseMsBefore(target);
      const release = waitMs === null ? null : target.bookRetry();
      if (waitMs !== null && release) return this.goTo({ target, waitMs, release });
    }
    return null;
  }

  /** In line for such a place: what fails together would otherwise be lost together. */
  private inLine(targets: readonly Target[]): RetryLine | null {
    const target = targets.find((candidate) => this.pauseMsBefore(candidate) !== null);
    if (!target) return null;
    const now = this.timing.now();
    this.lineEndsAt ??= Math.min(now + target.retryWaitMs, this.limits.endsAt);
    const placeWithinMs = this.lineEndsAt - now;
    const release = placeWithinMs > 0 ? target.waitInLine(this.limits.client) : null;
    return release && { target, placeWithinMs, release };
  }

  /** Milliseconds until the target may be asked once more; null: it takes no request, or there is no time for one. */
  private pauseMsBefore(target: Target): number | null {
    if (target.retryAfterMs(this.limits.client) > 0) return null;
    const restMs = this.restMsOf(target);
    const waitMs = restMs + this.retryPauseMs(target);
    // Waiting for an attempt without time for it only delays the caller.
    return restMs > MAX_REST_MS || this.timing.now() + waitMs >= this.limits.endsAt ? null : waitMs;
  }

  private retryPauseMs(target: Target): number {
    const losses = this.lossesOf(target);
    if (losses === 0) return backoffMs(this.triesOf(target), this.timing.random());
    const steps = 1 + STEPS_AFTER_LOSS * (losses - 1);
    return recoveryPauseMs(steps, target.recoveryWaitMs, this.timing.random());
  }

  private goTo(next: NextAttempt): NextAttempt {
    this.go(next.target);
    return next;
  }

  private go(target: Target): void {
    this.current = this.targets.indexOf(target);
    this.tries.set(target, this.triesOf(target) + 1);
  }

  /** Round the circle from the present target, which is the last; those that asked for a rest behind others. */
  private candidates(): Target[] {
    const after = this.current + 1;
    const circle = [...this.targets.slice(after), ...this.targets.slice(0, after)];
    return circle
      .filter((target) => !this.excluded.has(target))
      .sort((a, b) => this.restMsOf(a) - this.restMsOf(b));
  }

  private isFreshAndFree(target: Target): boolean {
    return this.triesOf(target) === 0 && target.retryAfterMs(this.limits.client) === 0;
  }

  private triesOf(target: Target): number {
    return this.tries.get(target) ?? 0;
  }

  /** Milliseconds until it may be asked; 0: now. */
  private readyMsOf(target: Target): number {
    return Math.max(this.restMsOf(target), target.retryAfterMs(this.limits.client));
  }

  private restMsOf(target: Target): number {
    return Math.max(0, (this.restsUntil.get(target) ?? 0) - this.timing.now());
  }
}

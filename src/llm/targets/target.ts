import { ClientShares, type Release } from '../../common/client-shares.js';
import type { TargetConfig } from '../../config/app-config.js';
import type { AttemptRecord } from '../completion.js';
import { type CallResult, CircuitBreaker } from './circuit-breaker.js';
import { RetryBudget } from '../retry/retry-budget.js';
import type { Timing } from '../retry/timing.js';

/** When to ask a full target again: the end of its requests is unknown. */
const FULL_WAIT_MS = 1_000;

export interface TargetOptions {
  readonly config: TargetConfig;
  readonly maxInFlight: number;
  /** What one client may hold of the places that the others leave, 1 to 100. */
  readonly clientSharePercent: number;
  readonly timing: Timing;
  /** Called when the target is taken out of service, and when it is back. */
  readonly onChange?: (label: string, isOut: boolean) => void;
}

/** A place at a target, kept for an answer of a client. */
export interface TargetPlace {
  readonly target: Target;
  readonly release: Release;
}

/** For whom a target is asked. */
export interface Entry {
  /** Whose share the request counts against. */
  readonly client: string;
  /** A place that was kept for it. */
  readonly place?: TargetPlace;
  /** Gives the request's place in the retry budget back: called when its answer begins, or ends. */
  readonly releaseRetry?: () => void;
}

/** A place where a model is served, and how it fared of late: shared by all answers. */
export class Target {
  readonly config: TargetConfig;
  /** Host and upstream model: what logs and records call it. */
  readonly label: string;
  readonly host: string;
  private readonly places: ClientShares;
  private readonly budget = new RetryBudget();
  private readonly breaker: CircuitBreaker;

  constructor(private readonly options: TargetOptions) {
    const { config, timing, onChange, maxInFlight, clientSharePercent } = options;
    this.config = config;
    this.places = new ClientShares({ places: maxInFlight, sharePercent: clientSharePercent });
    this.host = new URL(config.baseUrl).host;
    this.label = `${this.host}/${config.model}`;
    this.breaker = new CircuitBreaker(timing.now, (isOut) => onChange?.(this.label, isOut));
  }

  /** Milliseconds until it may take a request of the client; 0: it takes one now. */
  retryAfterMs(client: string): number {
    return this.places.mayTake(client) ? this.breaker.waitMs() : FULL_WAIT_MS;
  }

  /** Whether it is in service, and only the client's own requests keep it from taking one more. */
  isShareTaken(client: string): boolean {
    return this.isInService && !this.places.isFull && !this.places.mayTake(client);
  }

  /** Keeps a place for a request of the client; null when it takes none now. */
  reserve(client: string): TargetPlace | null {
    if (!this.isInService) return null;
    const release = this.places.tryTake(client);
    return release && { target: this, release };
  }

  /** Whether the request that a place was kept for may begin: the target may have been taken out meanwhile. */
  get isInService(): boolean {
    return this.breaker.waitMs() === 0;
  }

  /** A place for a repetition, as {@link RetryBudget.take}. */
  bookRetry(): (() => void) | null {
    return this.budget.take(this.places.count);
  }

  /** Begins a request. To be called only while {@link retryAfterMs} is 0, or with a place and in service. */
  acquire({ client, place, releaseRetry }: Entry): InFlightCall {
    const release = place?.release ?? this.places.tryTake(client);
    const epoch = this.breaker.acquire();
    return new InFlightCall(this.label, this.options.timing, (result) => {
      releaseRetry?.();
      if (result !== 'alive') release?.();
      this.breaker.report(epoch, result);
    });
  }
}

/** One request in the books of its target. */
export class InFlightCall {
  private readonly startedAt: number;
  private firstTokenAt: number | undefined;
  private isOver = false;

  constructor(
    private readonly label: string,
    private readonly timing: Timing,
    private readonly report: (result: CallResult) => void,
  ) {
    this.startedAt = timing.now();
  }

  /** Whether the first token has come. */
  get hasBegun(): boolean {
    return this.firstTokenAt !== undefined;
  }

  /** To be called when the first token has come, of any kind: a server that makes tokens is well. */
  begin(): void {
    this.firstTokenAt = this.timing.now();
    this.report('alive');
  }

  /** The first call counts. */
  end(result: Exclude<CallResult, 'alive'>): void {
    if (this.isOver) return;
    this.isOver = true;
    this.report(result);
  }

  toRecord(outcome: AttemptRecord['outcome']): AttemptRecord {
    const since = (at: number) => Math.round(at - this.startedAt);
    return {
      target: this.label,
      outcome,
      durationMs: since(this.timing.now()),
      ...(this.firstTokenAt !== undefined && { firstTokenMs: since(this.firstTokenAt) }),
    };
  }
}

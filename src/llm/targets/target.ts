import { ClientShares, type Release } from '../../common/client-shares.js';
import type { TargetConfig } from '../../config/app-config.js';
import type { AttemptRecord } from '../completion.js';
import { type CallResult, CircuitBreaker, type FinalResult } from './circuit-breaker.js';
import type { ModelFailure } from '../model-failure.js';
import { RetryBudget } from '../retry/retry-budget.js';
import type { Timing } from '../retry/timing.js';

/** When to ask a full target again: the end of its requests is unknown. */
const FULL_WAIT_MS = 1_000;

/** For how long a repetition waits for a place at a target that answers do not wait for when its server is away. */
const RETRY_WAIT_MS = 10_000;

export interface TargetOptions {
  readonly config: TargetConfig;
  readonly maxInFlight: number;
  /** What one client may hold of the places that the others leave, 1 to 100. */
  readonly clientSharePercent: number;
  readonly timing: Timing;
  readonly recovery: RecoveryWaits;
  /** Called when the target is taken out of service, and when it is back. */
  readonly onChange?: (label: string, isOut: boolean) => void;
}

/** For how long an answer waits for a server that restarts or loads its model, in milliseconds; 0: not at all. */
export interface RecoveryWaits {
  readonly waitMs: number;
  /** The same, of a server that has not answered itself since this process started: its address may be wrong. */
  readonly firstWaitMs: number;
}

/** A server that is away is tried so much more often than an answer waits for it, and every 2 s at least. */
const PROBES_IN_A_WAIT = 30;
const MAX_AWAY_MS = 2_000;

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
  /** Places of answers that wait for it, while it is away or to be repeated: no client fills them alone. */
  private readonly waiting: ClientShares;
  private readonly budget = new RetryBudget(() => this.places.count);
  private readonly breaker: CircuitBreaker;
  private hasAnswered = false;

  constructor(private readonly options: TargetOptions) {
    const { config, timing, onChange, maxInFlight, clientSharePercent, recovery } = options;
    this.config = config;
    const shares = { places: maxInFlight, sharePercent: clientSharePercent };
    this.places = new ClientShares(shares);
    this.waiting = new ClientShares(shares);
    this.host = new URL(config.baseUrl).host;
    this.label = `${this.host}/${config.model}`;
    const onBreak = (isOut: boolean) => {
      onChange?.(this.label, isOut);
      if (isOut) this.budget.closeLine();
    };
    const awayMs = Math.min(MAX_AWAY_MS, recovery.waitMs / PROBES_IN_A_WAIT);
    this.breaker = new CircuitBreaker(timing.now, onBreak, awayMs);
  }

  /** To be called when the server itself has answered: its address is right, and it may be away for a while only. */
  noteAnswer(): void {
    this.hasAnswered = true;
  }

  /** For how long an answer waits for it while its server is away, in milliseconds; 0: not at all. */
  get recoveryWaitMs(): number {
    const { waitMs, firstWaitMs } = this.options.recovery;
    return this.hasAnswered ? waitMs : firstWaitMs;
  }

  /** Whether it is out of service because its server seems to restart, or to load its model. */
  get isAway(): boolean {
    return this.breaker.isAway;
  }

  /** Whether it is out of service, and one request tries it at present. */
  get isProbed(): boolean {
    return this.breaker.isProbed;
  }

  /** A place for an answer of the client that waits, for the server or to be repeated; null when there is none. */
  waitInLine(client: string): Release | null {
    return this.waiting.tryTake(client);
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
  bookRetry(): Release | null {
    return this.budget.take();
  }

  /** The same as soon as there is one, as {@link RetryBudget.waitFor}; null when the target is taken out of service. */
  waitForRetry(give: (place: Release | null) => void): () => void {
    return this.budget.waitFor(give);
  }

  /** For how long a repetition waits for its place, in milliseconds. */
  get retryWaitMs(): number {
    return this.recoveryWaitMs || RETRY_WAIT_MS;
  }

  /** Begins a request. To be called only while {@link retryAfterMs} is 0, or with a place and in service. */
  acquire({ client, place, releaseRetry }: Entry): InFlightCall {
    const release = place?.release ?? this.places.tryTake(client);
    let epoch = this.breaker.acquire();
    this.budget.serve();
    return new InFlightCall(this.label, this.options.timing, (result) => {
      if (result !== 'alive' && result !== 'responded') release?.();
      // Nothing waits for it: it is an outage as any other.
      const isOutage = result === 'away' && this.recoveryWaitMs === 0;
      epoch = this.breaker.report(epoch, isOutage ? 'outage' : result);
      // Behind the report: a target that this takes out of service must not give the place to the next.
      if (result !== 'responded') releaseRetry?.();
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

  /** To be called when the head of an answer has come: a server that is tried whether it is back is there. */
  respond(): void {
    this.report('responded');
  }

  /** To be called when the first token has come, of any kind: a server that makes tokens is well. */
  begin(): void {
    this.firstTokenAt = this.timing.now();
    this.report('alive');
  }

  /** The first call counts. */
  end(result: FinalResult): void {
    if (this.isOver) return;
    this.isOver = true;
    this.report(result);
  }

  /**
   * The same, of a failure.
   * @param hasFoundAway whether the same answer has found the server away at its last request
   */
  fail({ isAway, isOutage }: Pick<ModelFailure, 'isAway' | 'isOutage'>, hasFoundAway: boolean): void {
    if (isAway) this.end(hasFoundAway && !this.hasBegun ? 'still away' : 'away');
    else this.end(isOutage ? 'outage' : 'neither');
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

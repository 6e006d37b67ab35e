import type { TargetConfig } from '../../config/app-config.js';
import type { AttemptRecord } from '../completion.js';
import { type CallResult, CircuitBreaker } from './circuit-breaker.js';
import { RetryBudget } from './retry-budget.js';
import type { Timing } from './timing.js';

/** When to ask a target again that has as many requests as it may have: nobody knows when one ends. */
const FULL_WAIT_MS = 1_000;

export interface TargetOptions {
  readonly config: TargetConfig;
  readonly maxInFlight: number;
  readonly timing: Timing;
  /** Told when the target is taken out of service, and when it is back. */
  readonly onChange?: (label: string, isOut: boolean) => void;
}

/** A place where a model is served, and how it fared of late: shared by all answers. */
export class Target {
  readonly config: TargetConfig;
  /** Host and upstream model: what logs and records call it. */
  readonly label: string;
  readonly host: string;
  private inFlight = 0;
  private readonly budget = new RetryBudget();
  private readonly breaker: CircuitBreaker;

  constructor(private readonly options: TargetOptions) {
    const { config, timing, onChange } = options;
    this.config = config;
    this.host = new URL(config.baseUrl).host;
    this.label = `${this.host}/${config.model}`;
    this.breaker = new CircuitBreaker(timing.now, (isOut) => onChange?.(this.label, isOut));
  }

  /** Milliseconds until it may take a request; 0: it takes one now. */
  busyMs(): number {
    return this.inFlight >= this.options.maxInFlight ? FULL_WAIT_MS : this.breaker.waitMs();
  }

  /** A place for a repetition, as {@link RetryBudget.take}. */
  bookRetry(): (() => void) | null {
    return this.budget.take(this.inFlight);
  }

  /**
   * Begins a request. To be called only while {@link busyMs} is 0.
   * @param giveBack of the request's place in the retry budget: called when its answer begins, or ends
   */
  enter(giveBack: () => void = () => undefined): Visit {
    this.inFlight++;
    const epoch = this.breaker.enter();
    return new Visit(this.label, this.options.timing, (result) => {
      giveBack();
      if (result !== 'alive') this.inFlight--;
      this.breaker.report(epoch, result);
    });
  }
}

/** One request in the books of its target. */
export class Visit {
  private readonly startedAt: number;
  private firstTextAt: number | undefined;
  private isOver = false;

  constructor(
    private readonly label: string,
    private readonly timing: Timing,
    private readonly report: (result: CallResult) => void,
  ) {
    this.startedAt = timing.now();
  }

  get hasBegun(): boolean {
    return this.firstTextAt !== undefined;
  }

  /** The first text has come. */
  begin(): void {
    this.firstTextAt = this.timing.now();
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
      ...(this.firstTextAt !== undefined && { firstTokenMs: since(this.firstTextAt) }),
    };
  }
}

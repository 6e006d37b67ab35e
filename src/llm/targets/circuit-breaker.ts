import { RecentCalls } from './recent-calls.js';

/** From so many calls in {@link RecentCalls.WINDOW_MS} on, half of them being outages takes a target out. */
const MIN_CALLS = 20;
const MAX_OUTAGE_SHARE = 0.5;

/** How long it is left alone before one request tries it. */
const OPEN_MS = 10_000;

/** When to ask again while that one request is under way, whose duration is unknown. */
const PROBE_WAIT_MS = 1_000;

/**
 * What a call came to. `responded`: the head of an answer has come. `alive`: its first token has come. `away`: an outage of a
 * server that seems to restart, or to load its model, and that answers wait for. `still away`: the same answer has found it
 * so before. `neither`: it says nothing about the server, such as a refusal of the request, or a reader that left.
 */
export type CallResult = 'responded' | 'alive' | 'answered' | 'outage' | 'away' | 'still away' | 'neither';

export type FinalResult = Exclude<CallResult, 'responded' | 'alive'>;

/**
 * Takes a target out of service for a while when most of its calls fail, so that answers do not wait for a
 * server that is down. Then one call tries it: when the head of its answer comes, the target is back.
 */
export class CircuitBreaker {
  private state: 'closed' | 'open' | 'probing' = 'closed';
  /** Counts changes of state: what calls of an earlier state report is no news. */
  private epoch = 0;
  private probesFrom = 0;
  private wasAway = false;
  private readonly recent = new RecentCalls();

  /**
   * @param now monotonic milliseconds
   * @param onChange called when the target is taken out, and when it is back
   * @param awayMs how long it is left alone while its server is away: answers wait for it
   */
  constructor(
    private readonly now: () => number,
    private readonly onChange: (isOut: boolean) => void = () => undefined,
    private readonly awayMs = OPEN_MS,
  ) {}

  /** Whether the target is out, and its last call found the server away. */
  get isAway(): boolean {
    return this.state !== 'closed' && this.wasAway;
  }

  /** Whether one call tries the target at present. */
  get isProbed(): boolean {
    return this.state === 'probing';
  }

  /** Milliseconds until it may let a call through; 0: now. */
  waitMs(): number {
    if (this.state === 'closed') return 0;
    return this.state === 'probing' ? PROBE_WAIT_MS : Math.max(0, this.probesFrom - this.now());
  }

  /** To be called for each call, and only while {@link waitMs} is 0. Returns what `report` wants. */
  acquire(): number {
    if (this.state === 'open') this.turn('probing');
    return this.epoch;
  }

  /**
   * @param epoch what `acquire`, or the last report of the call, returned
   * @returns what the next report of the call wants: a probe that has put the target back counts as any other call
   */
  report(epoch: number, result: CallResult): number {
    if (epoch !== this.epoch) return epoch;
    const isAway = result === 'away' || result === 'still away';
    const isOutage = isAway || result === 'outage';
    if (isOutage) this.wasAway = isAway;
    if (this.state === 'probing') return this.endProbe(epoch, result);
    // One answer that tries the server again and again must not take it from all others.
    if (result === 'answered' || (isOutage && result !== 'still away')) this.count(isOutage);
    return epoch;
  }

  private endProbe(epoch: number, result: CallResult): number {
    if (result === 'responded' || result === 'alive' || result === 'answered') {
      this.turn('closed');
      this.recent.clear();
      this.onChange(false);
      return this.epoch;
    }
    // A probe that proved nothing leaves its place to the next.
    this.open(result === 'neither' ? 0 : this.restMs);
    return epoch;
  }

  private count(isOutage: boolean): void {
    this.recent.add(this.now(), isOutage);
    if (!isOutage) return;
    const { calls, outages } = this.recent.sum(this.now());
    if (calls < MIN_CALLS || outages < calls * MAX_OUTAGE_SHARE) return;
    this.open(this.restMs);
    this.onChange(true);
  }

  private get restMs(): number {
    return this.wasAway ? Math.min(this.awayMs, OPEN_MS) : OPEN_MS;
  }

  private open(ms: number): void {
    this.probesFrom = this.now() + ms;
    this.turn('open');
  }

  private turn(state: CircuitBreaker['state']): void {
    this.state = state;
    this.epoch++;
  }
}

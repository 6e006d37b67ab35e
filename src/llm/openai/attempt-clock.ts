/** How long an attempt may take, in milliseconds. */
export interface AttemptLimits {
  /** From the start until the request goes out on a connection. */
  readonly connectTimeoutMs: number;
  /** Between the request, the reads of the socket and the first token of the answer; also while the model thinks. */
  readonly firstTokenTimeoutMs: number;
  /** Between two reads of the socket, once the answer has begun. */
  readonly idleTimeoutMs: number;
}

export type Timeout = 'connect' | 'first token' | 'idle' | 'total' | 'closing';

interface Deadline {
  readonly at: number;
  readonly timeout: Timeout;
}

/**
 * The timeouts of one attempt, on the monotonic clock. Every byte extends a wait, up to the time of the complete answer.
 * A read only sets a time; one timer looks at the times when it fires, so that a delta costs no timer.
 */
export class AttemptClock {
  /** When a byte, and when a token came last, of `performance.now()`: set by the reader. */
  lastReadAt = 0;
  lastTokenAt = 0;
  private phase: 'connecting' | 'waiting' | 'answering' | 'closing' = 'connecting';
  private phaseBeganAt = 0;
  private phaseEndsAt: number;
  private timer: NodeJS.Timeout | undefined;
  private secondLook: NodeJS.Immediate | undefined;

  /** @param endsAt when the complete answer must be done, of {@link performance.now} */
  constructor(
    private readonly limits: AttemptLimits,
    private readonly endsAt: number,
    private readonly onTimeout: (timeout: Timeout) => void,
  ) {
    this.phaseEndsAt = performance.now() + limits.connectTimeoutMs;
    this.arm();
  }

  /** Milliseconds since the request, before the answer began. */
  get waitedMs(): number {
    return performance.now() - this.phaseBeganAt;
  }

  requestSent(): void {
    this.enter('waiting', Infinity);
  }

  /** To be called when tokens of the answer follow thinking, or the other way round, and their time is set. */
  setAnswering(isAnswering: boolean): void {
    const phase = isAnswering ? 'answering' : 'waiting';
    if (this.phase !== 'closing' && this.phase !== phase) this.enter(phase, Infinity);
  }

  /**
   * From now on nothing counts but that the exchange ends within `ms`, or, if a token comes all the same, within the
   * idle timeout from the last one on. Repeating it changes nothing.
   */
  closeWithin(ms: number): void {
    if (this.phase !== 'closing') this.enter('closing', ms);
  }

  /** No timeout is reported any more. */
  stop(): void {
    clearTimeout(this.timer);
    clearImmediate(this.secondLook);
  }

  private enter(phase: 'waiting' | 'answering' | 'closing', ms: number): void {
    this.phase = phase;
    this.phaseBeganAt = performance.now();
    this.phaseEndsAt = this.phaseBeganAt + ms;
    this.arm();
  }

  private arm(): void {
    this.stop();
    const left = Math.ceil(this.nextDeadline().at - performance.now());
    this.timer = setTimeout(() => this.look(), Math.max(0, left));
  }

  private look(): void {
    if (performance.now() < this.nextDeadline().at) return this.arm();
    // When the event loop was blocked, what arrived in time has not been read yet: it is read before this.
    this.secondLook = setImmediate(() => {
      const { at, timeout } = this.nextDeadline();
      if (performance.now() < at) this.arm();
      else this.onTimeout(timeout);
    });
  }

  private nextDeadline(): Deadline {
    const deadline = this.phaseDeadline();
    if (this.endsAt >= deadline.at) return deadline;
    // A complete answer is not too late.
    return { at: this.endsAt, timeout: this.phase === 'closing' ? 'closing' : 'total' };
  }

  private phaseDeadline(): Deadline {
    if (this.phase === 'connecting') return { at: this.phaseEndsAt, timeout: 'connect' };
    if (this.phase === 'closing') return { at: this.closingEndsAt, timeout: 'closing' };
    const { firstTokenTimeoutMs, idleTimeoutMs } = this.limits;
    if (this.phase === 'answering') return { at: this.lastReadAt + idleTimeoutMs, timeout: 'idle' };
    const waitsSince = Math.max(this.phaseBeganAt, this.lastReadAt);
    return { at: waitsSince + firstTokenTimeoutMs, timeout: 'first token' };
  }

  /** An answer that goes on after the server said that it was over ends when it is idle. */
  private get closingEndsAt(): number {
    const goesOn = this.lastTokenAt > this.phaseBeganAt;
    return goesOn ? this.lastTokenAt + this.limits.idleTimeoutMs : this.phaseEndsAt;
  }
}

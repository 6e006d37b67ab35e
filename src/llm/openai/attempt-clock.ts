/** How long an attempt may take, in milliseconds. */
export interface AttemptLimits {
  /** From the start until the request goes out on a connection. */
  readonly connectTimeoutMs: number;
  /** From the request until the first token. */
  readonly firstTokenTimeoutMs: number;
  /** Between two reads of the socket, once there was a token. */
  readonly idleTimeoutMs: number;
}

export type Timeout = 'connect' | 'first token' | 'idle' | 'silent' | 'total' | 'closing';

/**
 * Comments keep an answer alive that has no tokens for a while, but not for ever: so many idle timeouts
 * may pass between two tokens.
 */
const IDLE_TIMEOUTS_BETWEEN_TOKENS = 3;

interface Deadline {
  readonly at: number;
  readonly timeout: Timeout;
}

/**
 * The timeouts of one attempt, on the monotonic clock. A read only sets a time; there is one timer, which looks at
 * the times when it fires and waits for the rest, so that a delta costs no timer.
 */
export class AttemptClock {
  /** When bytes, and when a token came last, of `performance.now()`: set by the reader. */
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

  requestSent(): void {
    this.enter('waiting', this.limits.firstTokenTimeoutMs);
  }

  /** To be called when the first token has come, and its time is set. */
  answerBegun(): void {
    if (this.phase === 'waiting') this.enter('answering', Infinity);
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
    if (this.phase === 'waiting') return { at: this.phaseEndsAt, timeout: 'first token' };
    if (this.phase === 'closing') return { at: this.closingEndsAt, timeout: 'closing' };
    const idleAt = this.lastReadAt + this.limits.idleTimeoutMs;
    const silentAt = this.lastTokenAt + this.limits.idleTimeoutMs * IDLE_TIMEOUTS_BETWEEN_TOKENS;
    return idleAt <= silentAt ? { at: idleAt, timeout: 'idle' } : { at: silentAt, timeout: 'silent' };
  }

  /** An answer that goes on after the server said that it was over ends when it is idle. */
  private get closingEndsAt(): number {
    const goesOn = this.lastTokenAt > this.phaseBeganAt;
    return goesOn ? this.lastTokenAt + this.limits.idleTimeoutMs : this.phaseEndsAt;
  }
}

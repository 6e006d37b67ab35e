/** What a dependency says of itself; `slow`: nothing yet. */
export type Answer = 'ready' | 'not-ready' | 'slow';

export interface StaleTolerantCheckOptions {
  /** How long a check waits for an answer. */
  readonly timeoutMs: number;
  /** How long after its last `ready` a dependency is believed in while it is slow. */
  readonly believedForMs: number;
}

/**
 * A readiness check that tells slow from gone. Taken out because it was slow once, a replica would leave its
 * load to the next one, which then would be slow.
 */
export class StaleTolerantCheck {
  private lastReadyAt = -Infinity;
  private running?: Promise<Answer>;

  /** @param ask must not reject */
  constructor(
    private readonly ask: () => Promise<Answer>,
    private readonly options: StaleTolerantCheckOptions,
  ) {}

  /** Answers within `timeoutMs`. */
  async isReady(): Promise<boolean> {
    // One at a time: checks of something that hangs would otherwise pile up before everybody else's queries.
    this.running ??= this.askAndRemember().finally(() => (this.running = undefined));
    const answer = await this.withinTime(this.running);
    if (answer === 'slow') return performance.now() - this.lastReadyAt < this.options.believedForMs;
    return answer === 'ready';
  }

  private async askAndRemember(): Promise<Answer> {
    const answer = await this.ask();
    if (answer === 'ready') this.lastReadyAt = performance.now();
    if (answer === 'not-ready') this.lastReadyAt = -Infinity;
    return answer;
  }

  private async withinTime(answer: Promise<Answer>): Promise<Answer> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<Answer>((resolve) => {
      timer = setTimeout(() => resolve('slow'), this.options.timeoutMs);
    });
    try {
      return await Promise.race([answer, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }
}

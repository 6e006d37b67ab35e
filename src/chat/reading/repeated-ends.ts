/** For how long the repetitions count. */
const REMEMBERED_FOR_MS = 60_000;
/** Turns that are remembered; beyond them the oldest is forgotten. */
const MAX_TURNS = 10_000;

/**
 * How often the end of a turn was sent again to a reader that has it. Libraries that reconnect after a normal end would
 * read it for ever; a client that lost the connection within the end would miss the rest of it. Both send the same
 * request, so the end comes again some times, and then nothing for a minute. Each replica remembers for itself: a
 * library that comes to all of them is stopped by each.
 */
export class RepeatedEnds {
  private readonly repeated = new Map<string, { readonly count: number; readonly until: number }>();

  /**
   * How often in the last minute.
   * @param now in milliseconds, of `performance.now()`
   */
  count(turnId: string, now = performance.now()): number {
    const { count, until } = this.repeated.get(turnId) ?? { count: 0, until: 0 };
    return now < until ? count : 0;
  }

  add(turnId: string, now = performance.now()): void {
    const count = this.count(turnId, now) + 1;
    this.repeated.delete(turnId);
    this.repeated.set(turnId, { count, until: now + REMEMBERED_FOR_MS });
    if (this.repeated.size <= MAX_TURNS) return;
    const [oldest = ''] = this.repeated.keys();
    this.repeated.delete(oldest);
  }
}

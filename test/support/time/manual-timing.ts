import type { Timing } from '../../../src/llm/retry/timing.js';

interface Alarm {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that a test turns, and chance that it sets. */
export class ManualTiming implements Timing {
  /** What `random` gives. */
  chance = 0.5;
  /** Every pause that was asked for, in milliseconds. */
  readonly pauses: number[] = [];
  private time = 1_000_000;
  private readonly alarms = new Set<Alarm>();

  readonly now = () => this.time;
  readonly random = () => this.chance;

  readonly after = (ms: number, callback: () => void) => {
    const alarm: Alarm = { at: this.time + ms, callback };
    this.pauses.push(ms);
    this.alarms.add(alarm);
    return () => void this.alarms.delete(alarm);
  };

  /** Pauses that have not ended. */
  get pendingCount(): number {
    return this.alarms.size;
  }

  pass(ms: number): void {
    const until = this.time + ms;
    for (let alarm = this.firstBy(until); alarm !== undefined; alarm = this.firstBy(until)) {
      this.alarms.delete(alarm);
      this.time = Math.max(this.time, alarm.at);
      alarm.callback();
    }
    this.time = until;
  }

  /** Lets time pass until nothing waits for it. */
  passAll(): void {
    for (let alarm = this.firstBy(Infinity); alarm !== undefined; alarm = this.firstBy(Infinity))
      this.pass(alarm.at - this.time);
  }

  private firstBy(until: number): Alarm | undefined {
    return [...this.alarms].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
  }
}

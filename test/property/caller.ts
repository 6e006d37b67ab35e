import { isTerminal, type TurnEvent } from '../../src/chat/domain/turn-event.js';

/** Somebody who reads a turn over one connection after another, and what they have of it. */
export class Caller {
  readonly events: TurnEvent[] = [];
  /** The events that came over a connection that began behind everything that the ended turn tells of itself. */
  readonly blind = new Set<TurnEvent>();
  private isBlind = false;

  /** What it has up to; where it goes on. */
  get seq(): number {
    return this.events.at(-1)?.seq ?? 0;
  }

  get isDone(): boolean {
    return this.events.some(isTerminal);
  }

  /** @param layoutLength of the turn, once it has ended */
  begin(layoutLength: number): void {
    this.isBlind = this.seq > layoutLength;
  }

  take(event: TurnEvent): void {
    // The replica could not read on: the caller is to come back.
    if (event.type === 'turn.failed' && event.error.message.includes('Come back for it')) return;
    this.events.push(event);
    if (this.isBlind) this.blind.add(event);
  }
}

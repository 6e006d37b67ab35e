import { Injectable, Logger } from '@nestjs/common';
import type { ObservedEnd, ObservedTurn, TurnObserver } from './turn-observer.js';

/** Writes a line of the log for each turn, at level `debug`: how it ended, and how long it took. */
@Injectable()
export class TurnTimings implements TurnObserver {
  private readonly logger = new Logger(TurnTimings.name);

  started(): void {
    // Its end says how long it took.
  }

  firstToken(): void {
    // As above.
  }

  ended({ id, wire, model }: ObservedTurn, { status, durationMs, firstTokenMs }: ObservedEnd): void {
    const message = 'A turn has ended';
    this.logger.debug({ message, turnId: id, wire, model, status, firstTokenMs, durationMs });
  }
}

import { Logger } from '@nestjs/common';
import { describeError } from '../../common/errors/describe-error.js';
import type { ObservedEnd, ObservedTurn, TurnObserver } from './turn-observer.js';

/** The observers of turns, called as one. An observer that throws is logged: it breaks neither the turn nor the others. */
export class TurnObservers implements TurnObserver {
  private readonly logger = new Logger(TurnObservers.name);

  constructor(private readonly observers: readonly TurnObserver[]) {}

  started(turn: ObservedTurn): void {
    this.notify('started', turn, (observer) => observer.started(turn));
  }

  firstToken(turn: ObservedTurn, afterMs: number): void {
    this.notify('firstToken', turn, (observer) => observer.firstToken(turn, afterMs));
  }

  ended(turn: ObservedTurn, end: ObservedEnd): void {
    this.notify('ended', turn, (observer) => observer.ended(turn, end));
  }

  private notify(event: string, { id: turnId }: ObservedTurn, call: (observer: TurnObserver) => void): void {
    for (const observer of this.observers) {
      try {
        call(observer);
      } catch (error) {
        const { name } = observer.constructor;
        const message = 'An observer of a turn failed';
        this.logger.error({ message, observer: name, event, turnId, error: describeError(error) });
      }
    }
  }
}

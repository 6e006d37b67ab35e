import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '../../common/errors/app-error.js';
import { type Drainable, Shutdown } from '../../common/shutdown.js';
import { newId } from '../../common/uuid.js';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { RepeatedEnds } from '../reading/repeated-ends.js';
import type { RunningTurn } from './running-turn.js';
import { TURN_OBSERVERS, type TurnObserver } from './turn-observer.js';
import { TurnObservers } from './turn-observers.js';

/** The turns that this process answers, and their end before its own. */
@Injectable()
export class TurnRegistry implements Drainable {
  /** This process, as the rows of its turns name it. */
  readonly owner = newId();
  /** Of turns that have ended, wherever. */
  readonly repeatedEnds = new RepeatedEnds();
  private readonly running = new Map<string, RunningTurn>();
  private readonly observers: TurnObservers;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly shutdown: Shutdown,
    @Inject(TURN_OBSERVERS) observers: readonly TurnObserver[],
  ) {
    this.observers = new TurnObservers(observers);
    this.shutdown.register(this);
  }

  /** @throws AppError `shutting_down` from the first signal to end on */
  refuseWhenShuttingDown(): void {
    if (!this.shutdown.isUnderWay) return;
    throw shuttingDown();
  }

  /** To be called before the turn starts. */
  add(turn: RunningTurn): void {
    turn.observe(this.observers);
    this.running.set(turn.id, turn);
    void turn.ended.then(() => this.running.delete(turn.id));
  }

  find(turnId: string): RunningTurn | undefined {
    return this.running.get(turnId);
  }

  list(): RunningTurn[] {
    return [...this.running.values()];
  }

  async drain(): Promise<void> {
    const allEnded = () => Promise.all(this.list().map((turn) => turn.ended));
    await Promise.race([allEnded(), sleep(this.config.turn.drainTimeoutMs, undefined, { ref: false })]);
    for (const turn of this.list()) {
      turn.fail(
        new AppError('shutting_down', 'The service was shut down before the answer was complete. Ask again.'),
      );
    }
    await allEnded();
  }
}

export function shuttingDown(): AppError {
  return new AppError('shutting_down', 'This replica is shutting down and takes no new questions.', {
    retryAfterSeconds: 1,
  });
}

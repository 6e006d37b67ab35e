import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../common/errors/app-error.js';
import type { TurnOutcome } from './domain/turn-outcome.js';
import { type ClosedTurn, TurnRepository } from './turn.repository.js';

/** How long the end of a turn is tried to be stored before the reader is told that it could not be. */
const GIVE_UP_AFTER_MS = 10_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** Makes ends durable. What it returns is what the reader may be told. */
@Injectable()
export class TurnRecorder {
  private readonly logger = new Logger(TurnRecorder.name);

  constructor(private readonly turns: TurnRepository) {}

  /**
   * Stores how a turn ended, and outlives a database that is away for some seconds.
   * @returns the outcome that holds: the given one, or a failure when it could not be stored or the
   *   turn had been given up meanwhile. Never rejects.
   */
  async record(closed: ClosedTurn): Promise<TurnOutcome> {
    const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return (await this.turns.close(closed)) ? closed.outcome : interrupted();
      } catch (error) {
        if (performance.now() + pauseMs > giveUpAt) return this.giveUp(closed, error);
      }
      await sleep(pauseMs);
    }
  }

  private giveUp({ id }: ClosedTurn, cause: unknown): TurnOutcome {
    this.logger.error({ message: 'The end of a turn could not be stored', turnId: id, cause: String(cause) });
    return {
      status: 'failed',
      error: new AppError('database_unavailable', 'The answer could not be stored, so it does not count.', { cause }),
    };
  }
}

/** A turn whose owner was given up: another replica, or a restart, has marked it failed. */
export function interrupted(): TurnOutcome {
  return {
    status: 'failed',
    error: new AppError('turn_interrupted', 'The turn was interrupted and given up. Ask again.'),
  };
}

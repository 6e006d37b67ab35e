import { AppError } from '../../common/errors/app-error.js';
import { databaseErrorToAppError } from '../../database/database-error.js';
import type { TurnOutcome } from '../domain/turn-outcome.js';

/** How a turn ends that anything thrown has ended. */
export function toFailure(error: unknown): TurnOutcome {
  if (error instanceof AppError) return { status: 'failed', error };
  const ofDatabase = databaseErrorToAppError(error);
  if (ofDatabase) return { status: 'failed', error: ofDatabase };
  return {
    status: 'failed',
    error: new AppError('internal_error', 'An unexpected error happened; it was logged.', { cause: error }),
  };
}

/** Another process has ended the turn: what comes now is stored no more. */
export function interrupted(): AppError {
  return new AppError('turn_interrupted', 'The answer was interrupted. Ask again.');
}

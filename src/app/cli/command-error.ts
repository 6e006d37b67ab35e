import { AppError } from '../../common/errors/app-error.js';
import { StartError } from '../../common/errors/start-error.js';
import { UsageError } from './usage-error.js';

/** What standard error gets of an error: its sentence where it is foreseen, else its stack. */
export function describeCommandError(error: unknown): string {
  if (error instanceof AppError && error.errors) {
    return error.errors.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`).join('\n');
  }
  const isExpected = error instanceof UsageError || error instanceof StartError || error instanceof AppError;
  if (isExpected) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

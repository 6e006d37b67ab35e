import type { LogLevel } from '@nestjs/common';

const FROM_QUIET_TO_LOUD: readonly LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];

/** The levels that are written when `level` is the lowest wanted. */
export function logLevelsFrom(level: LogLevel): LogLevel[] {
  return FROM_QUIET_TO_LOUD.slice(0, FROM_QUIET_TO_LOUD.indexOf(level) + 1);
}

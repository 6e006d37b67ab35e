import { Logger } from '@nestjs/common';
import { describeError, quoteError } from '../common/errors/describe-error.js';

/**
 * Logs uncaught errors. Node itself would print the message, which may quote what a caller sent.
 * A forgotten promise must not end every stream of this process; after an exception its state cannot be trusted.
 */
export function logProcessErrors(): void {
  const logger = new Logger('Process');
  process.on('unhandledRejection', (reason) => {
    logger.error({ message: 'Unhandled rejection', error: describeError(reason) });
    logger.debug({ message: 'What it said', quote: quoteError(reason) });
  });
  process.on('uncaughtException', (thrown) => {
    logger.fatal({ message: 'Uncaught exception', error: describeError(thrown) });
    logger.debug({ message: 'What it said', quote: quoteError(thrown) });
    process.exit(1);
  });
}

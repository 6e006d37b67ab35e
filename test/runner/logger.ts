import { Logger } from '@nestjs/common';

/** Before each spec file, whatever the one before it has set: the log of services would bury the run's own output. */
Logger.overrideLogger(
  process.env['TEST_LOG_LEVEL'] === 'debug' ? ['debug', 'log', 'warn', 'error', 'fatal'] : ['fatal'],
);

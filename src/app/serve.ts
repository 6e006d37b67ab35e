import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../app.module.js';
import { setUpApp } from './app-setup.js';
import { endAtOnceOnSignals } from '../common/end-at-once.js';
import { StartError } from '../common/errors/start-error.js';
import { readConfiguration } from '../config/read-configuration.js';
import { expectFreeAddress, listen } from './listening.js';
import { logProcessErrors } from './process-errors.js';
import { ServiceLogger } from './service-logger.js';
import { reportConfiguration, reportReady } from './start-report.js';

async function main(): Promise<void> {
  // Nothing is open yet that has to be closed in order.
  const endInOrder = endAtOnceOnSignals(0);
  const config = readConfiguration();
  const logger = new ServiceLogger(config.logLevel);
  Logger.overrideLogger(logger);
  reportConfiguration(config);
  await expectFreeAddress(config.http);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(config), {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
  setUpApp(app, config.http);
  // As PID 1 a process ignores the signal that Nest would send itself again at the end.
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  endInOrder();
  logProcessErrors();
  await listen(app, config.http);
  const url = await app.getUrl();
  await reportReady(app, url);
  process.stdout.write(`ready ${url}\n`);
}

function describe(error: unknown): string {
  if (error instanceof StartError) return error.message;
  return `The service could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${describe(error)}\n`);
  process.exit(1);
}

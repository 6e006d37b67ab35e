import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { readCommand } from './commands.js';
import { CliModule } from './cli.module.js';
import { checkModels, MODELS_CHECK } from './models-check.js';
import { sayDatabase } from './say-database.js';
import { describeCommandError } from './command-error.js';
import { CommandLogger } from './command-logger.js';
import { endAtOnceOnSignals, EXIT_BY_SIGTERM } from '../../common/end-at-once.js';
import { readConfiguration, readMisspelledVariables } from '../../config/read-configuration.js';
import { toToolDatabase } from '../../database/tool-database.js';

async function main(args: readonly string[]): Promise<void> {
  endAtOnceOnSignals(EXIT_BY_SIGTERM);
  const isModelsCheck = args[0] === MODELS_CHECK && args.length === 1;
  const work = isModelsCheck ? null : readCommand(args);
  const config = readConfiguration();
  const logger = new CommandLogger();
  Logger.overrideLogger(logger);
  for (const sentence of readMisspelledVariables()) logger.warn(sentence);
  if (work === null) {
    if (!(await checkModels(config, logger))) process.exitCode = 1;
    return;
  }
  await sayDatabase(config);
  const tool = { ...config, database: toToolDatabase(config.database) };
  const app = await NestFactory.createApplicationContext(CliModule.forRoot(tool), {
    logger,
    abortOnError: false,
  });
  try {
    process.stdout.write(`${await work(app)}\n`);
  } finally {
    await app.close();
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${describeCommandError(error)}\n`);
  process.exitCode = 1;
}

import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { readCommand } from './cli.commands.js';
import { CliModule } from './cli.module.js';
import { UsageError } from './cli.usage-error.js';
import { AppError } from './common/errors/app-error.js';
import { StartError } from './common/errors/start-error.js';
import type { AppConfig } from './config/app-config.js';
import { readConfiguration } from './config/read-configuration.js';

/** A tool uses the embedded database of a service that is running, where there is one. */
function joining(config: AppConfig): AppConfig {
  if (config.database.kind !== 'embedded') return config;
  return { ...config, database: { ...config.database, joinsRunningService: true } };
}

async function main(args: readonly string[]): Promise<void> {
  const work = readCommand(args);
  const app = await NestFactory.createApplicationContext(CliModule.forRoot(joining(readConfiguration())), {
    logger: new ConsoleLogger({ logLevels: ['fatal', 'warn'] }),
    abortOnError: false,
  });
  try {
    process.stdout.write(`${await work(app)}\n`);
  } finally {
    await app.close();
  }
}

function describe(error: unknown): string {
  if (error instanceof AppError && error.errors) {
    return error.errors.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`).join('\n');
  }
  const isExpected = error instanceof UsageError || error instanceof StartError || error instanceof AppError;
  if (isExpected) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${describe(error)}\n`);
  process.exitCode = 1;
}

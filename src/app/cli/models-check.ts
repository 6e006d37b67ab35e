import { type INestApplicationContext, type LoggerService, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AppConfig } from '../../config/app-config.js';
import { ConfigModule } from '../../config/config.module.js';
import { LlmModule } from '../../llm/llm.module.js';
import { ModelCheckService } from '../../llm/model-check.service.js';

/** What the check of model servers needs of the service: no database. */
@Module({})
class ModelsCliModule {}

/** The name of the command that {@link checkModels} does. */
export const MODELS_CHECK = 'models:check';

/**
 * Asks each target of each model a small question, and prints a table.
 * @returns whether all of them answered
 */
export async function checkModels(config: AppConfig, logger: LoggerService): Promise<boolean> {
  const imports = [ConfigModule.forRoot(config), LlmModule];
  const app: INestApplicationContext = await NestFactory.createApplicationContext(
    { module: ModelsCliModule, imports },
    { logger, abortOnError: false },
  );
  try {
    const { text, isFaulty } = await app.get(ModelCheckService).check();
    process.stdout.write(`${text}\n`);
    return !isFaulty;
  } finally {
    await app.close();
  }
}

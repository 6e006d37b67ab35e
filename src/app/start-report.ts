import { type INestApplicationContext, Logger } from '@nestjs/common';
import { ClientService } from '../auth/client.service.js';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { readMisspelledVariables } from '../config/read-configuration.js';
import { describeDatabase } from '../database/connection/describe-database.js';
import { offerDevelopmentKey } from './development-key.js';
import { ModelCheckService } from '../llm/model-check.service.js';

const logger = new Logger('Start');

/**
 * Says what the service is about to use, before it waits for any of it.
 * @throws StartError when the database's URL cannot be read
 */
export function reportConfiguration({ database }: AppConfig): void {
  for (const sentence of readMisspelledVariables()) logger.warn(sentence);
  logger.log(`Database: ${describeDatabase(database)}`);
}

/**
 * Says of each model server whether it answers (3 s at most), and how to ask: with the key for development, made and
 * printed at the first start, or with a key to be made.
 */
export async function reportReady(app: INestApplicationContext, url: string): Promise<void> {
  await app.get(ModelCheckService).report(logger);
  await offerDevelopmentKey(app, url);
  await reportMissingKey(app);
}

/** Says how to make a key where there is none. */
async function reportMissingKey(app: INestApplicationContext): Promise<void> {
  if (await app.get(ClientService).hasKeys()) return;
  const { database } = app.get<AppConfig>(APP_CONFIG);
  const where = database.kind === 'postgres' ? ', with the same DATABASE_URL,' : '';
  logger.warn(
    `There is no key yet: every question will be refused (401). This command${where} makes one: ` +
      'npm run client:add -- NAME (in a container: node dist/cli.js client:add NAME)',
  );
}

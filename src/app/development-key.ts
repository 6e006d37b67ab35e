import type { INestApplicationContext } from '@nestjs/common';
import { ClientService } from '../auth/client.service.js';
import { APP_CONFIG, type AppConfig, type HttpConfig } from '../config/app-config.js';

const DEVELOPMENT_CLIENT = 'development';
/** A key that was printed to try the service with must not stay good for years. */
const EXPIRES_IN_DAYS = 30;

/**
 * On the first start of the embedded database: makes a key to try the service with and prints it, this
 * once, with something to paste. A database of one's own gets its keys from the command line, and so does every
 * service that runs with `NODE_ENV=production`, whose output may be kept and read by many.
 */
export async function offerDevelopmentKey(app: INestApplicationContext, url: string): Promise<void> {
  const config = app.get<AppConfig>(APP_CONFIG);
  const clients = app.get(ClientService);
  if (config.isProduction || config.database.kind !== 'embedded') return;
  if (await clients.exists(DEVELOPMENT_CLIENT)) return;
  const { key } = await clients.addKey(DEVELOPMENT_CLIENT, EXPIRES_IN_DAYS);
  process.stdout.write(describeKey(key, url, config.http));
}

function describeKey(key: string, url: string, { swaggerUi, playground }: HttpConfig): string {
  const curl = (question: string) =>
    `  curl -N ${url}/api/chat -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\\n` +
    `    -d '{"question":"${question}","uid":"baa9f7a8-4159-4e2c-89d2-e7c5ac537935"}'\n`;
  return [
    '',
    `A key for development, shown this once; it expires in ${EXPIRES_IN_DAYS} days (npm run client:add -- NAME makes further ones):`,
    '',
    `  ${key}`,
    '',
    'Ask something:',
    '',
    curl('How do I send feedback?'),
    curl('如何提交反馈？'),
    ...(playground ? [`Or in the browser: ${url}/playground (paste the key)`, ''] : []),
    ...(swaggerUi
      ? [`Every route in the browser: ${url}/docs (Authorize, paste the key, Try it out, Execute)`, '']
      : []),
    '',
  ].join('\n');
}

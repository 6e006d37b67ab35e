import type { AddressInfo } from 'node:net';
import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../../../src/app.module.js';
import { setUpApp } from '../../../src/app/app-setup.js';
import type { AppConfig } from '../../../src/config/app-config.js';

/** The app of the service, on a free port of this machine. */
export async function listen(config: AppConfig): Promise<{ app: NestExpressApplication; url: string }> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(config), {
    logger: new ConsoleLogger({ logLevels: testLogLevels() }),
    bodyParser: false,
    abortOnError: false,
  });
  setUpApp(app, config.http);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { app, url: `http://127.0.0.1:${port}` };
}

/** Quiet, unless TEST_LOG_LEVEL asks for more. */
function testLogLevels(): LogLevel[] {
  return process.env['TEST_LOG_LEVEL'] === 'debug' ? ['fatal', 'error', 'warn', 'log', 'debug'] : ['fatal'];
}

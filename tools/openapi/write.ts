import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../../src/app.module.js';
import { parseEnvironment } from '../../src/config/environment.js';
import { createOpenApiDocument } from '../../src/app/openapi/openapi-document.js';

/**
 * Writes `openapi.json`, or with `--check` compares it: the committed document is what clients are
 * generated from. Nothing is started: no database, no port.
 */
const FILE = resolve('openapi.json');

const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(parseEnvironment({})), {
  preview: true,
  logger: ['error', 'fatal'],
  abortOnError: false,
});
const text = `${JSON.stringify(createOpenApiDocument(app), null, 2)}\n`;

if (!process.argv.includes('--check')) {
  writeFileSync(FILE, text);
} else if (!existsSync(FILE) || readFileSync(FILE, 'utf8') !== text) {
  process.stderr.write('openapi.json is not what the routes say: run npm run openapi:write and commit it\n');
  process.exitCode = 1;
}

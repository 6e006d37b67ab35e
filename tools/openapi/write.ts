/**
 * Writes `openapi.json`, or with `--check` compares it: the committed document is what clients are generated from. Reads
 * the build, because only there the Swagger plugin has run. Starts nothing: no database, no port.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';

const FILE = resolve('openapi.json');

const built = (path: string) =>
  import(new URL(`../../dist/${path}`, import.meta.url).href) as Promise<unknown>;
const { AppModule } = (await built('app.module.js')) as typeof import('../../src/app.module.js');
const { parseEnvironment } = (await built(
  'config/environment.js',
)) as typeof import('../../src/config/environment.js');
const { createOpenApiDocument } = (await built(
  'app/openapi/openapi-document.js',
)) as typeof import('../../src/app/openapi/openapi-document.js');

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

/** Validates openapi.json, and the OpenAPI 3.0 document that the service makes of it, by the rules of redocly.yaml. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { OpenAPIObject } from '@nestjs/swagger';
import { toOpenApi30 } from '../../src/app/openapi/openapi-3.0.js';

const [, , file = 'openapi.json'] = process.argv;
const FOLDER = 'artifacts';

const document = JSON.parse(readFileSync(file, 'utf8')) as OpenAPIObject;
const older = join(FOLDER, 'openapi-3.0.json');
mkdirSync(FOLDER, { recursive: true });
writeFileSync(older, `${JSON.stringify(toOpenApi30(document), null, 2)}\n`);

function lint(...args: readonly string[]): boolean {
  const { status } = spawnSync(resolve('node_modules/.bin/redocly'), ['lint', ...args], {
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    stdio: 'inherit',
  });
  return status === 0;
}

// 3.0 cannot say that the lines of an export are of these schemas; generators make types of them all the same.
const areValid = [lint(file), lint(older, '--skip-rule', 'no-unused-components')];
process.exitCode = areValid.includes(false) ? 1 : 0;

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { OpenAPIObject } from '@nestjs/swagger';
import { toOpenApi30 } from '../../src/app/openapi/openapi-3.0.js';
import { run } from './command.js';
import { npmPackages, pinnedVersion } from './npm-packages.js';
import { node } from './typescript-client.js';

/**
 * Checks openapi.json, and the OpenAPI 3.0 document that is made of it, by all of Spectral's rules for OpenAPI.
 * @throws Error with what is wrong, down to a hint
 */
export async function lintWithSpectral(): Promise<string> {
  const newer = resolve('openapi.json');
  const folder = await mkdtemp(join(tmpdir(), 'llm-chat-spectral-'));
  try {
    const older = join(folder, 'openapi-3.0.json');
    const document = JSON.parse(await readFile(newer, 'utf8')) as OpenAPIObject;
    await writeFile(older, JSON.stringify(toOpenApi30(document)));
    const program = join(await npmPackages(), '@stoplight', 'spectral-cli', 'dist', 'index.js');
    const ruleset = join(import.meta.dirname, 'spectral.yaml');
    const options = ['--ruleset', ruleset, '--fail-severity', 'hint', '--quiet'];
    await run(node(folder, program, 'lint', newer, older, ...options));
    return `Spectral ${pinnedVersion('@stoplight/spectral-cli')} found nothing in either document.`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE } from '../cache.js';
import { run, works } from '../command.js';
import { TOOLCHAINS, type Workshop } from '../generator.js';
import { copyJars } from '../maven.js';

/** OpenAPI Generator, whatever language it writes. */
export const OPENAPI_GENERATOR = JSON.parse(readFileSync(join(import.meta.dirname, 'pin.json'), 'utf8')) as {
  readonly version: string;
  /** Of its jar. */
  readonly sha256: string;
};

const ARTIFACT = `openapi-generator-cli`;

/** Tests and documentation of what it writes: not looked at here. */
const LEFT_OUT = 'apiTests=false,modelTests=false,apiDocs=false,modelDocs=false';

export interface Generation {
  /** The name of the generator within it, such as `java`. */
  readonly generator: string;
  /** Where to, in the workshop. */
  readonly output: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly options?: readonly string[];
}

export async function generateWith(workshop: Workshop, generation: Generation): Promise<void> {
  const { generator, output, properties, options = [] } = generation;
  const all = Object.entries(properties).map(([name, value]) => `${name}=${value}`);
  const args = ['-jar', await jar(), 'generate', '-g', generator, '-i', workshop.document, '-o', output];
  const more = ['--additional-properties', all.join(','), '--global-property', LEFT_OUT, ...options];
  await run({ command: 'java', args: [...args, ...more], cwd: workshop.folder });
}

export async function missingJava(): Promise<string | null> {
  const has = (await works('javac', '--release', '17', '-version')) && (await works('mvn', '--version'));
  return has ? null : `it needs a JDK, 17 or later, and Maven: ${TOOLCHAINS}`;
}

/** @throws Error when Maven Central has given something else than what is pinned */
async function jar(): Promise<string> {
  const { version, sha256 } = OPENAPI_GENERATOR;
  const file = join(CACHE, `${ARTIFACT}-${version}.jar`);
  if (!existsSync(file)) {
    await copyJars(
      'copy',
      `-Dartifact=org.openapitools:${ARTIFACT}:${version}`,
      `-DoutputDirectory=${CACHE}`,
    );
  }
  const found = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  if (found === sha256) return file;
  await rm(file);
  throw new Error(`${ARTIFACT} ${version} has the checksum ${found}, not ${sha256}`);
}

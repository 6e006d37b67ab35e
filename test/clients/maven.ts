import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE } from './cache.js';
import { run } from './command.js';

const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

/** Fetches jars from Maven Central with a goal of Maven's dependency plugin: `copy` or `copy-dependencies`. */
export async function copyJars(goal: string, ...options: readonly string[]): Promise<void> {
  const args = ['--batch-mode', '--quiet', '--strict-checksums', `${PLUGIN}:${goal}`, ...options];
  await run({ command: 'mvn', args, cwd: import.meta.dirname });
}

/** The folder of what a `pom.xml` needs, another one for each state of it. */
export function jarsOf(pom: string): string {
  const state = createHash('sha256').update(readFileSync(pom)).digest('hex');
  return join(CACHE, `java-${state.slice(0, 16)}`);
}

/** Fills {@link jarsOf} a `pom.xml`, when that is not done. */
export async function fetchJars(pom: string): Promise<void> {
  const jars = jarsOf(pom);
  if (existsSync(jars)) return;
  // Complete or not at all: an incomplete folder would be taken for a ready one.
  const begun = `${jars}.begun`;
  await rm(begun, { recursive: true, force: true });
  await copyJars('copy-dependencies', '--file', pom, `-DoutputDirectory=${begun}`);
  await rename(begun, jars);
}

import { run } from './command.js';

const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

/** Fetches jars from Maven Central with a goal of Maven's dependency plugin: `copy` or `copy-dependencies`. */
export async function copyJars(goal: string, ...options: readonly string[]): Promise<void> {
  const args = ['--batch-mode', '--quiet', '--strict-checksums', `${PLUGIN}:${goal}`, ...options];
  await run({ command: 'mvn', args, cwd: import.meta.dirname });
}

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.js';

const FOLDER = import.meta.dirname;
const MODULES = join(FOLDER, 'node_modules');

let installed: Promise<string> | undefined;

/** Installs what is locked in this folder, when it is not. @returns the folder of the modules */
export function npmPackages(): Promise<string> {
  return (installed ??= install());
}

/** The version that is pinned. */
export function pinnedVersion(name: string): string {
  const { dependencies } = JSON.parse(readFileSync(join(FOLDER, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const version = dependencies[name];
  if (version === undefined) throw new Error(`${name} is not in ${FOLDER}/package.json`);
  return version;
}

async function install(): Promise<string> {
  // npm writes the first when it has installed all of the second.
  const marks = [join(MODULES, '.package-lock.json'), join(FOLDER, 'package-lock.json')];
  const [done = 0, wanted = 0] = marks.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  if (done < wanted) {
    // No scripts: none of these packages needs one to be run here.
    const args = ['ci', '--no-audit', '--no-fund', '--ignore-scripts'];
    await run({ command: 'npm', args, cwd: FOLDER });
  }
  return MODULES;
}

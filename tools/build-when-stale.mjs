/**
 * Builds the service, and its TypeScript client, when their build is missing, incomplete or older than what it is made
 * from; says nothing otherwise. Ends with the build's status.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const MODULES = join(ROOT, 'node_modules');
const SETTINGS = /^(?:tsconfig.*|nest-cli|package)\.json$/;

/** Each is compiled from `src` to `dist` in its folder; without `main` it is not built. */
const PROGRAMS = [
  { folder: ROOT, main: 'main.js', builder: [join(MODULES, '@nestjs', 'cli', 'bin', 'nest.js'), 'build'] },
  {
    folder: join(ROOT, 'clients', 'typescript'),
    main: 'chat-client.js',
    builder: [join(MODULES, 'typescript', 'bin', 'tsc'), '--project', 'tsconfig.build.json'],
  },
];

/** The files in `folder`, by their paths in it, without `suffix`. */
function list(folder, suffix) {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true });
  return names.filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length));
}

function isStale({ folder, main }) {
  const sources = list(join(folder, 'src'), '.ts').filter((name) => !/\.(?:spec|d)$/.test(name));
  // An interrupted build has too few files; a build from before the removal of a file has too many.
  const isComplete = sources.sort().join('\n') === list(join(folder, 'dist'), '.js').sort().join('\n');
  if (!isComplete) return true;
  const builtAt = statSync(join(folder, 'dist', main)).mtimeMs;
  const settings = readdirSync(folder).filter((name) => SETTINGS.test(name));
  const inputs = [...settings, ...sources.map((name) => join('src', `${name}.ts`))];
  return inputs.some((path) => statSync(join(folder, path)).mtimeMs > builtAt);
}

/** @returns the status of the builder */
function build({ folder, main, builder }) {
  rmSync(join(folder, 'dist'), { recursive: true, force: true });
  const { status, error } = spawnSync(process.execPath, builder, { cwd: folder, stdio: 'inherit' });
  if (error) console.error(error.message);
  // What a failed build leaves behind must not pass for a good one at the next start.
  if (status !== 0) rmSync(join(folder, 'dist', main), { force: true });
  return status ?? 1;
}

const stale = PROGRAMS.filter(isStale);
if (stale.length > 0) console.log('Building …');
process.exitCode = stale.map(build).find((status) => status !== 0) ?? 0;

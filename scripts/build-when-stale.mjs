/**
 * Builds the service when its build is missing, incomplete or older than what it is made from; says
 * nothing otherwise. Ends with the build's status.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MAIN = join(ROOT, 'dist', 'main.js');
const SETTINGS = /^(?:tsconfig.*|nest-cli|package)\.json$/;

/** The files in `folder`, by their paths in it, without `suffix`. */
function list(folder, suffix) {
  if (!existsSync(join(ROOT, folder))) return [];
  const names = readdirSync(join(ROOT, folder), { recursive: true });
  return names.filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length));
}

function isStale() {
  const sources = list('src', '.ts').filter((name) => !name.endsWith('.spec') && !name.endsWith('.d'));
  // A build that was interrupted lacks files; one from before a file was taken away has too many.
  const isComplete = sources.sort().join('\n') === list('dist', '.js').sort().join('\n');
  if (!isComplete) return true;
  const builtAt = statSync(MAIN).mtimeMs;
  const settings = readdirSync(ROOT).filter((name) => SETTINGS.test(name));
  const inputs = [...settings, ...sources.map((name) => join('src', `${name}.ts`))];
  return inputs.some((path) => statSync(join(ROOT, path)).mtimeMs > builtAt);
}

function build() {
  console.log('Building …');
  const nest = join(ROOT, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  const { status, error } = spawnSync(process.execPath, [nest, 'build'], { cwd: ROOT, stdio: 'inherit' });
  if (error) console.error(error.message);
  // What a failed build leaves behind must not pass for a good one at the next start.
  if (status !== 0) rmSync(MAIN, { force: true });
  return status ?? 1;
}

process.exitCode = isStale() ? build() : 0;

/**
 * Checks the size and the names that docs/architecture.md promises, over the files that git knows:
 * - a file has at most 300 lines,
 * - a folder holds at most 20 files,
 * - a file has at most 12 imports; a module, which is a list of what it puts together, may have more,
 * - the service exports no name twice, so that one search finds what a name means.
 * Prints what breaks a rule and ends with status 1.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';

const MOST_LINES = 300;
const MOST_FILES = 20;
const MOST_IMPORTS = 12;

const CODE = /\.(?:ts|js|mjs|cjs)$/;
const GENERATED = /(?:^|\/)generated\//;
/** Lists as a Nest module is one: of all migrations, and of a part of the service for tests that need no Nest. */
const LIKE_MODULES =
  /\.module\.ts$|^src\/database\/migrations\.ts$|^test\/property\/(?:play|stream-laws\.spec)\.ts$/;
const IMPORT = /^(?:import|export)\s(?:[^;'"]*\sfrom\s)?['"][^'"]+['"]/gm;
const EXPORT = /^export (?:abstract |async )?(?:class|function\*?|interface|type|const|let) ([\w$]+)/gm;

const paths = execFileSync('git', ['ls-files', 'src', 'test', 'tools', 'clients'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(path) && !GENERATED.test(path));
const faults = [];

const folders = Map.groupBy(paths, dirname);
for (const [folder, files] of folders)
  if (files.length > MOST_FILES) faults.push(`${folder}: ${files.length} files, at most ${MOST_FILES}`);

const exportedBy = new Map();
for (const path of paths.filter((name) => CODE.test(name))) {
  const text = readFileSync(path, 'utf8');
  const lines = text.split('\n').length - 1;
  if (lines > MOST_LINES) faults.push(`${path}: ${lines} lines, at most ${MOST_LINES}`);
  const imports = text.match(IMPORT)?.length ?? 0;
  if (imports > MOST_IMPORTS && !LIKE_MODULES.test(path))
    faults.push(`${path}: ${imports} imports, at most ${MOST_IMPORTS}`);
  if (!path.startsWith('src/') || basename(path).endsWith('.spec.ts')) continue;
  // A type and the value of its name, such as a decorator, are one thing.
  const names = new Set(Array.from(text.matchAll(EXPORT), ([, name]) => name));
  for (const name of names) exportedBy.set(name, [...(exportedBy.get(name) ?? []), path]);
}
for (const [name, by] of exportedBy)
  if (by.length > 1) faults.push(`${name} is exported ${by.length} times: ${by.join(', ')}`);

for (const fault of faults) console.error(fault);
console.log(`${paths.length} files in ${folders.size} folders: ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;

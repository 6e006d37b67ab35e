import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, rm, writeFile } from 'node:fs/promises';

import { join } from 'node:path';
import { CACHE } from './cache.js';
import { run, works } from './command.js';
import { folderOf, type Generator, TOOLCHAINS, type Workshop } from './generator.js';

interface PythonClient extends Pick<Generator, 'name' | 'version' | 'stream'> {
  /** The folder of its program and its `requirements.txt`. */
  readonly folder: string;
  /** The package of the client, in the workshop. */
  readonly package: string;
  /** @param bin the folder of the environment's programs */
  readonly generate: (workshop: Workshop, bin: string) => Promise<void>;
  /** What it needs beside Python. */
  readonly missing?: () => Promise<string | null>;
}

/** A generator whose clients are Python. */
export function pythonClient({ folder, generate, missing, ...rest }: PythonClient): Generator {
  const home = folderOf(folder);
  const bin = join(environmentOf(home), 'bin');
  return {
    name: rest.name,
    version: rest.version,
    stream: rest.stream,
    language: 'Python',
    missing: async () => (await missingPython()) ?? (await missing?.()) ?? null,
    generate: async (workshop) => {
      await install(home);
      await copyFile(join(home, 'program.py'), join(workshop.folder, 'program.py'));
      await copyFile(join(folderOf('python'), 'report.py'), join(workshop.folder, 'report.py'));
      await generate(workshop, bin);
    },
    compile: async ({ folder: cwd }) => {
      await run({ command: join(bin, 'python'), args: ['-m', 'compileall', '-q', rest.package], cwd });
      // Strict for the program, and silent about the gaps of a generator's own templates.
      const strictly = ['--strict', '--follow-imports=silent', '--no-incremental'];
      await run({ command: join(bin, 'mypy'), args: [...strictly, 'program.py'], cwd });
    },
    program: ({ folder: cwd }) => ({ command: join(bin, 'python'), args: ['program.py'], cwd }),
  };
}

/** The version of a package in the `requirements.txt` of a folder. */
export function requiredVersion(folder: string, name: string): string {
  const requirements = readFileSync(join(folderOf(folder), 'requirements.txt'), 'utf8');
  const version = new RegExp(`^${name}==(\\S+)$`, 'm').exec(requirements)?.[1];
  if (version === undefined) throw new Error(`${name} is not in the requirements of ${folder}`);
  return version;
}

async function missingPython(): Promise<string | null> {
  const isEnough = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';
  return (await works('python3', '-c', isEnough))
    ? null
    : `it needs Python 3.11 or later with venv: ${TOOLCHAINS}`;
}

/** An environment for each state of the requirements. */
function environmentOf(home: string): string {
  const state = createHash('sha256')
    .update(readFileSync(join(home, 'requirements.txt')))
    .digest('hex');
  return join(CACHE, `python-${state.slice(0, 16)}`);
}

async function install(home: string): Promise<void> {
  const environment = environmentOf(home);
  const isWhole = join(environment, 'is-whole');
  if (existsSync(isWhole)) return;
  await rm(environment, { recursive: true, force: true });
  await run({ command: 'python3', args: ['-m', 'venv', environment], cwd: home });
  const install = ['install', '--quiet', '--no-deps', '--requirement', 'requirements.txt'];
  await run({ command: join(environment, 'bin', 'pip'), args: install, cwd: home });
  await writeFile(isWhole, '');
}

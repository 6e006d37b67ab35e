import { copyFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, run } from './command.js';
import { folderOf, type Generator, type Workshop } from './generator.js';
import { npmPackages } from './npm-packages.js';

/** As a front end that is built by a bundler has it. */
const TSCONFIG = {
  compilerOptions: {
    strict: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    target: 'es2023',
    module: 'preserve',
    lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
    types: [],
  },
  files: ['program.ts'],
};

interface TypeScriptClient extends Pick<Generator, 'name' | 'version' | 'stream'> {
  /** The folder of its program. */
  readonly folder: string;
  /** Writes the client into `client`. */
  readonly generate: (workshop: Workshop, modules: string) => Promise<void>;
}

/** A generator whose clients are TypeScript. */
export function typeScriptClient({ folder, generate, ...rest }: TypeScriptClient): Generator {
  return {
    ...rest,
    language: 'TypeScript',
    missing: () => Promise.resolve(null),
    generate: async (workshop) => {
      const modules = await npmPackages();
      await symlink(modules, join(workshop.folder, 'node_modules'));
      await writeFile(join(workshop.folder, 'package.json'), '{"type":"module","private":true}');
      await writeFile(join(workshop.folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
      await copyFile(join(folderOf(folder), 'program.ts'), join(workshop.folder, 'program.ts'));
      for (const part of ['report.ts', 'frames.ts']) {
        await copyFile(join(folderOf('typescript'), part), join(workshop.folder, part));
      }
      await generate(workshop, modules);
    },
    compile: async ({ folder: cwd }) => {
      const modules = await npmPackages();
      await run(node(cwd, join(modules, 'typescript', 'bin', 'tsc'), '--project', cwd));
      const options = ['program.ts', '--bundle', '--platform=node', '--format=esm', '--outfile=program.mjs'];
      await run({
        command: join(modules, 'esbuild', 'bin', 'esbuild'),
        args: [...options, '--log-level=warning'],
        cwd,
      });
    },
    program: ({ folder: cwd }) => node(cwd, 'program.mjs'),
  };
}

export function node(cwd: string, ...args: readonly string[]): Command {
  return { command: process.execPath, args, cwd };
}

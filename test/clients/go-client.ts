import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, run } from './command.js';
import { folderOf, type Generator, TOOLCHAINS, type Workshop } from './generator.js';

interface GoClient extends Pick<Generator, 'name' | 'version' | 'stream'> {
  /** The folder of its program, `go.mod` and `go.sum`. */
  readonly folder: string;
  /** Writes the client into `client`. */
  readonly generate: (workshop: Workshop) => Promise<void>;
  /** What it needs beside Go. */
  readonly missing?: () => Promise<string | null>;
}

/** A generator whose clients are Go. */
export function goClient({ folder, generate, missing, ...rest }: GoClient): Generator {
  return {
    ...rest,
    language: 'Go',
    missing: async () => (await missingGo()) ?? (await missing?.()) ?? null,
    generate: async (workshop) => {
      for (const file of ['program.go', 'go.mod', 'go.sum']) {
        await copyFile(join(folderOf(folder), file), join(workshop.folder, file));
      }
      await copyFile(join(folderOf('go'), 'report.go'), join(workshop.folder, 'report.go'));
      await generate(workshop);
    },
    compile: async ({ folder: cwd }) => {
      await run(go(cwd, 'vet', './...'));
      await run(go(cwd, 'build', '-o', 'program', '.'));
    },
    program: ({ folder: cwd }) => ({ command: join(cwd, 'program'), args: [], cwd }),
  };
}

export function go(cwd: string, ...args: readonly string[]): Command {
  return { command: 'go', args, cwd };
}

/** From 1.21 on Go fetches the version by itself that a module asks for. */
async function missingGo(): Promise<string | null> {
  const said = await run(go('/', 'version')).catch(() => '');
  const [, minor = '0'] = /go1\.(\d+)/.exec(said) ?? [];
  return Number(minor) >= 21 ? null : `it needs Go 1.21 or later: ${TOOLCHAINS}`;
}

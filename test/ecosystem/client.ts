import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** A text of the page, in both of its languages. */
const TEXT = z.strictObject({ en: z.string(), zh: z.string() });

const HEADER = z.strictObject({
  /** As its users call it. */
  name: z.string(),
  /** What is installed, in the words of its ecosystem, such as `openai==3.51.0`; the first one's version is shown. */
  packages: z.array(z.string()).min(1),
  /** Different ways to use the same client; each of them is a row. */
  variants: z.array(z.string()).default(['']),
  /** What its user sets, in Markdown; one text where it has no words. */
  settings: z.union([TEXT, z.string().transform((both) => ({ en: both, zh: both }))]),
  /** Capabilities that the client does not have, with the reason in a few words; `variant/capability` for one variant. */
  without: z.record(z.string(), TEXT).default({}),
});

/** A program that uses a client as its users do, with what its head says about it. */
export interface Client extends z.infer<typeof HEADER> {
  /** Names its folder in the cache. */
  readonly id: string;
  readonly file: string;
  readonly ecosystem: 'PyPI' | 'npm' | 'Go' | 'Maven' | 'crates';
}

const ECOSYSTEMS: Readonly<Record<string, Client['ecosystem']>> = {
  '.py': 'PyPI',
  '.mjs': 'npm',
  '.go': 'Go',
  '.java': 'Maven',
  '.rs': 'crates',
};

const BLOCK = /^(?:#|\/\/) \/\/\/ client\n(.*?)\n(?:#|\/\/) \/\/\/$/ms;

/** Every file that begins with the declaration of a client, by name. @throws Error when a declaration is wrong */
export function findClients(): Client[] {
  const files = globSync('*/*.{py,mjs,go,java,rs}', { cwd: import.meta.dirname });
  const clients = files.flatMap((file) => readClient(join(import.meta.dirname, file)));
  return clients.sort((one, other) => one.name.localeCompare(other.name));
}

function readClient(file: string): Client[] {
  const block = BLOCK.exec(readFileSync(file, 'utf8'))?.[1];
  if (block === undefined) return [];
  const ecosystem = ECOSYSTEMS[extname(file)];
  if (ecosystem === undefined) throw new Error(`${file} belongs to no ecosystem`);
  const declared = HEADER.safeParse(parse(block.replaceAll(/^(?:#|\/\/) ?/gm, '')));
  if (!declared.success) throw new Error(`${relative('.', file)}: ${z.prettifyError(declared.error)}`);
  const id = `${basename(dirname(file))}-${basename(file, extname(file)).replace('with_', '')}`;
  return [{ ...declared.data, id, file, ecosystem }];
}

/** The version of the first package: what follows the last `@` or `=`. */
export function versionOf({ packages }: Client): string {
  return /[@=]v?([^@=]+)$/.exec(packages[0]!)?.[1] ?? '';
}

import type { Command } from './command.js';

/** A client generator, and how a team that uses it would. */
export interface Generator {
  readonly name: string;
  /** The pinned version. */
  readonly version: string;
  readonly language: 'TypeScript' | 'Python' | 'Java' | 'Kotlin' | 'Go' | 'Rust';
  /**
   * How frames arrive: from a method of the client's own; from a response of the client that the program reads as
   * server-sent events; or only when the answer has ended.
   */
  readonly stream: 'by itself' | 'by hand' | 'at the end';
  /** What is missing on this machine, as an operator could install it; null: nothing. */
  missing(): Promise<string | null>;
  /** Writes the client into `workshop`, beside the program that uses it. */
  generate(workshop: Workshop): Promise<void>;
  /** Compiles both as strictly as the language can. */
  compile(workshop: Workshop): Promise<void>;
  program(workshop: Workshop): Command;
}

/** Where one client is made and used. */
export interface Workshop {
  /** A folder of its own. */
  readonly folder: string;
  /** The OpenAPI document, as it is committed. */
  readonly document: string;
  /** The same as OpenAPI 3.0. */
  readonly olderDocument: string;
}

/** The folder of this one's program and settings. */
export function folderOf(generator: string): string {
  return `${import.meta.dirname}/${generator}`;
}

export const TOOLCHAINS = 'scripts/install-client-toolchains.sh';

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Part } from './real-server.js';

/** Longest time that a server may take to answer after its start, in ms. */
const LONGEST_START_MS = 120_000;
const LOOK_EVERY_MS = 100;

/** What runs: an interrupted run must leave no server behind. */
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

export interface ProgramOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Its working folder; its output goes to a file there. */
  readonly folder: string;
  /** Answers with 200 once it is ready. */
  readonly readyUrl: string;
}

/** A server in a process of its own, which is killed and started again. */
export class Program implements Part {
  readonly name: string;
  private child: ChildProcess | undefined;

  constructor(private readonly options: ProgramOptions) {
    this.name = options.name;
  }

  async start(): Promise<void> {
    const { command, args, env, folder, name } = this.options;
    const child = spawn(command, args, {
      cwd: folder,
      // Nothing of this process's environment: a key or a proxy would make it another server.
      env: { PATH: process.env['PATH'], HOME: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    running.add(child);
    child.once('exit', () => running.delete(child));
    const log = createWriteStream(this.logFile, { flags: 'a' });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    await once(child, 'spawn');
    const startedAt = performance.now();
    while (!(await answers(this.options.readyUrl))) {
      if (child !== this.child || performance.now() - startedAt > LONGEST_START_MS || hasEnded(child))
        throw new Error(`${name} did not start: ${this.logFile} says why`);
      await pause(LOOK_EVERY_MS);
    }
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || hasEnded(child)) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  private get logFile(): string {
    return `${this.options.folder}/${this.name.replaceAll(/\W+/g, '-')}.log`;
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    async (response) => {
      await response.body?.cancel();
      return response.ok;
    },
    () => false,
  );
}

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Workspace } from '../chaos/stage/workspace.js';

/** Lets Node run TypeScript directly. */
export const LOADER = ['--import', join(import.meta.dirname, '..', 'typescript.mjs')] as const;

/** Where each side of a measurement runs: what is measured has a processor to itself. */
export const CORE = { target: '0', others: '1' } as const;

const TASKSET = '/usr/bin/taskset';
/** Without it all share all processors, and ratios are less steady. */
export const HAS_TASKSET = existsSync(TASKSET);

const MAX_START_MS = 60_000;

export interface ChildOptions {
  readonly name: string;
  readonly core: string;
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts a process that ends with the workspace; what it says on stderr goes to a file there. */
export function startChild(workspace: Workspace, options: ChildOptions): ChildProcess {
  const { name, core, cwd, environment } = options;
  const command = HAS_TASKSET ? [TASKSET, '-c', core, ...options.command] : options.command;
  const child = spawn(command[0]!, command.slice(1), {
    cwd,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      NODE_ENV: 'production',
      ...environment,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  workspace.adopt(child);
  child.stderr.pipe(createWriteStream(workspace.path(`${name}.log`), { flags: 'a' }));
  return child;
}

/** What `pattern` matches in what the child says. @throws Error when it ends without having said so */
export async function saying(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let said = '';
  for await (const text of child.stdout!.iterator({ destroyOnReturn: false })) {
    said += String(text);
    const match = pattern.exec(said);
    if (!match) continue;
    // The rest is not needed, and a full pipe would stop the child.
    child.stdout!.resume();
    return match;
  }
  throw new Error(`It ended and had only said: ${said}`);
}

/** Resolves when `port` takes connections. @throws Error when the child ends before, or takes a minute */
export async function listening(child: ChildProcess, port: number): Promise<void> {
  child.stdout?.resume();
  for (const giveUpAt = Date.now() + MAX_START_MS; Date.now() < giveUpAt; await sleep(20)) {
    if (hasEnded(child)) throw new Error('It ended before it listened');
    if (await accepts(port)) return;
  }
  throw new Error('It does not listen');
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).once('error', () => resolve(false));
  });
}

/** Leaves the target's processor to the target. */
export function pin(pid: number, core: string): void {
  if (HAS_TASKSET) execFileSync(TASKSET, ['-a', '-p', '-c', core, String(pid)], { stdio: 'ignore' });
}

export async function stopChild(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

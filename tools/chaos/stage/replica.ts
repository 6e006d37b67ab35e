import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { History } from '../history.js';
import { TIMES } from '../settings.js';
import type { Workspace } from './workspace.js';

export interface ReplicaOptions {
  readonly name: string;
  readonly port: number;
  /** The folder of its build. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** From SIGTERM to the end: the drain, the last bytes on their way, and some time for a busy machine. */
const MAX_SHUTDOWN_MS = TIMES.drainMs + 15_000;
const MAX_START_MS = 60_000;

/** One process of the service. It is started again whenever it ends, as a supervisor does. */
export class Replica {
  private child?: ChildProcess;
  private readonly log: WriteStream;
  /** How it is being ended; null: it is to run. */
  private told: 'SIGKILL' | 'SIGTERM' | null = null;
  private isClosing = false;

  constructor(
    private readonly workspace: Workspace,
    private readonly history: History,
    private readonly options: ReplicaOptions,
  ) {
    this.log = createWriteStream(workspace.path(`${options.name}.log`), { flags: 'a' });
  }

  get name(): string {
    return this.options.name;
  }

  /** Resolves when it is ready. @throws Error when it does not become so in a minute */
  async start(): Promise<void> {
    const giveUpAt = Date.now() + MAX_START_MS;
    while (!(await this.tryToStart())) {
      if (this.isClosing) return;
      // Where its database is away it may refuse to start; a supervisor tries again.
      if (Date.now() > giveUpAt) throw new Error(`${this.name} does not start: see its log`);
      await sleep(500);
    }
  }

  /** Ends it by `kill -9`. */
  async kill(): Promise<void> {
    await this.end('SIGKILL', MAX_SHUTDOWN_MS);
  }

  /** Ends it by SIGTERM, and notes when it does not end in time and by 0. */
  async terminate(): Promise<void> {
    const [code, signal] = await this.end('SIGTERM', MAX_SHUTDOWN_MS);
    if (code !== 0) this.noteBadExit(`after SIGTERM: code ${code}, signal ${signal}`);
  }

  /** Lets it lie for some time, as a machine does that swaps or migrates. */
  async pause(ms: number): Promise<void> {
    this.child?.kill('SIGSTOP');
    await sleep(ms);
    this.child?.kill('SIGCONT');
  }

  async close(): Promise<void> {
    this.isClosing = true;
    this.child?.kill('SIGCONT');
    if (isRunning(this.child)) await this.end('SIGKILL', MAX_SHUTDOWN_MS);
    this.log.end();
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM', maxMs: number): Promise<[number | null, string | null]> {
    const { child } = this;
    if (!child || !isRunning(child)) return [null, null];
    this.told = signal;
    const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
    child.kill(signal);
    const isLate = setTimeout(() => child.kill('SIGKILL'), maxMs);
    const exit = await exited;
    clearTimeout(isLate);
    return exit;
  }

  private async tryToStart(): Promise<boolean> {
    const { folder, port, environment } = this.options;
    this.told = null;
    const child = spawn(process.execPath, ['dist/main.js'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.child = child;
    this.workspace.adopt(child);
    this.log.write(`--- started at ${Date.now()}, pid ${child.pid}\n`);
    child.stderr.pipe(this.log, { end: false });
    child.stdout.pipe(this.log, { end: false });
    const isReady = await saysReady(child);
    if (isReady) child.once('exit', (code, signal) => this.onExit(code, signal));
    return isReady;
  }

  private onExit(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.told !== null || this.isClosing) return;
    this.noteBadExit(`by itself: code ${code}, signal ${signal}`);
    void this.start().catch(() => undefined);
  }

  private noteBadExit(detail: string): void {
    this.history.add({ type: 'bad exit', at: Date.now(), target: this.name, detail });
  }
}

function isRunning(child: ChildProcess | undefined): boolean {
  return child !== undefined && child.exitCode === null && child.signalCode === null;
}

/** Whether it came as far as to say that it is ready. */
function saysReady(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    let said = '';
    child.stdout?.on('data', (text: Buffer) => {
      if (said.includes('ready http')) return;
      said += String(text);
      if (said.includes('ready http')) resolve(true);
    });
    child.once('exit', () => resolve(false));
  });
}

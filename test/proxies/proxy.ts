import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/programs/free-port.js';

const START_TIMEOUT_MS = 10_000;

/** What a proxy is started with: each writes its own configuration. */
export interface ProxyProgram {
  readonly command: string;
  /** @param file its configuration; @param folder of its own, for what it writes */
  readonly args: (file: string, folder: string) => readonly string[];
  readonly configuration: (options: { port: number; upstream: string; folder: string }) => string;
}

/** A proxy of Debian in front of the service. */
export class Proxy {
  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** @throws Error with what the proxy wrote when it does not listen in time */
  static async start(program: ProxyProgram, serviceUrl: string): Promise<Proxy> {
    const folder = await mkdtemp(join(tmpdir(), 'llm-chat-proxy-'));
    const port = await freePort();
    const file = join(folder, 'configuration');
    await writeFile(file, program.configuration({ port, upstream: new URL(serviceUrl).host, folder }));
    const env = { PATH: `${process.env['PATH']}:/usr/sbin`, HOME: folder };
    const child = spawn(program.command, program.args(file, folder), {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let written = '';
    child.stdout.on('data', (chunk: Buffer) => (written += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (written += chunk.toString()));
    child.once('error', (error) => (written += String(error)));
    const proxy = new Proxy(port, child, folder);
    const giveUpAt = performance.now() + START_TIMEOUT_MS;
    while (!(await listens(port))) {
      if (performance.now() > giveUpAt || child.exitCode !== null) {
        await proxy.stop();
        throw new Error(`${program.command} does not listen:\n${written}`);
      }
      await sleep(50);
    }
    return proxy;
  }

  async stop(): Promise<void> {
    if (this.child.pid !== undefined && this.child.exitCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await exited;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

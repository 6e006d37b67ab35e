import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { freePort } from '../support/programs/free-port.js';

/** Debian keeps it where only root's path leads. */
const PATH = `${process.env['PATH']}:/usr/sbin:/sbin:/usr/local/sbin`;
export const HAS_NGINX = spawnSync('nginx', ['-v'], { env: { PATH } }).status === 0;

/** How nginx keeps connections to the service. */
export interface KeptConnections {
  /** How long it keeps a connection that is not used; its own default is 60 s. */
  readonly keptMs: number;
  readonly most: number;
}

/** nginx in front of a service, with connections to it that are kept. */
export class Nginx {
  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly process: ChildProcess,
  ) {}

  static async start(serviceUrl: string, kept: KeptConnections): Promise<Nginx> {
    const folder = mkdtempSync(join(tmpdir(), 'llm-chat-nginx-'));
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, 'temporary'));
    const port = await freePort();
    writeFileSync(join(folder, 'nginx.conf'), configuration(folder, { port, serviceUrl, kept }));
    const process = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder, '-e', 'error.log'], {
      env: { PATH },
      stdio: 'ignore',
    });
    while (!(await accepts(port))) {
      if (process.exitCode !== null) throw new Error(`nginx did not start: see ${folder}/error.log`);
      await pass(50);
    }
    return new Nginx(`http://127.0.0.1:${port}`, folder, process);
  }

  async stop(): Promise<void> {
    const ended = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await ended;
    rmSync(this.folder, { recursive: true });
  }
}

function configuration(
  folder: string,
  { port, serviceUrl, kept }: { port: number; serviceUrl: string; kept: KeptConnections },
): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
pid ${folder}/nginx.pid;
worker_processes 1;
events { worker_connections 1024; }
http {
  error_log ${folder}/error.log warn;
  access_log off;
${temporary.map((name) => `  ${name}_temp_path ${folder}/temporary/${name};`).join('\n')}
  upstream service { server ${new URL(serviceUrl).host} max_fails=0; keepalive ${kept.most}; keepalive_timeout ${kept.keptMs}ms; }
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location / {
      proxy_pass http://service;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { userInfo } from 'node:os';
import type { Workspace } from './workspace.js';
import { freePort } from '../../../test/support/programs/free-port.js';

/** Debian keeps it where only root's path leads. */
const PATH = `${process.env['PATH']}:/usr/sbin:/sbin:/usr/local/sbin`;

/** Starts nginx in front of the replicas; the workspace ends it by its pid file. @returns its URL */
export async function startNginx(workspace: Workspace, ports: readonly number[]): Promise<string> {
  installWhenMissing();
  const port = await freePort();
  mkdirSync(workspace.path('nginx'), { mode: 0o755 });
  const file = workspace.path('nginx/nginx.conf');
  writeFileSync(file, configuration(workspace.path('nginx'), port, ports));
  const nginx = spawn('nginx', ['-c', file, '-p', workspace.path('nginx'), '-e', 'error.log'], {
    env: { PATH },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  let hasEnded = false;
  nginx.once('exit', () => (hasEnded = true));
  while (!(await accepts(port))) {
    if (hasEnded) throw new Error(`nginx did not start: see ${workspace.path('nginx/error.log')}`);
    await sleep(50);
  }
  return `http://127.0.0.1:${port}`;
}

function installWhenMissing(): void {
  if (spawnSync('nginx', ['-v'], { env: { PATH } }).status === 0) return;
  const isDebianRoot = userInfo().uid === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (!isDebianRoot) throw new Error('nginx is needed: install it (Debian: apt-get install nginx-light)');
  process.stdout.write('Installing nginx …\n');
  // Run level 1: nothing is started that is installed.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  if (spawnSync('apt-get', ['update'], { env }).status !== 0) process.stdout.write('apt-get update failed\n');
  execFileSync('apt-get', ['install', '-y', 'nginx-light'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/**
 * As a careful operator sets it up for streams: HTTP/1.1 and kept connections to the replicas, nothing buffered,
 * a read timeout of several heartbeats. Another replica is asked only when no connection could be made: nginx by
 * itself does not send a POST again that a replica may have read.
 */
function configuration(folder: string, port: number, replicas: readonly number[]): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
pid ${folder}/nginx.pid;
worker_processes 1;
events { worker_connections 4096; }
http {
  error_log ${folder}/error.log warn;
  log_format replica '$msec $remote_addr "$request" $status $body_bytes_sent $upstream_addr $upstream_status $request_time';
  access_log ${folder}/access.log replica;
${temporary.map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}
  upstream replicas {
${replicas.map((replica) => `    server 127.0.0.1:${replica} max_fails=1 fail_timeout=1s;`).join('\n')}
    keepalive 64;
  }
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location / {
      proxy_pass http://replicas;
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_cache off;
      gzip off;
      proxy_connect_timeout 2s;
      proxy_read_timeout 30s;
      proxy_next_upstream error timeout;
      proxy_next_upstream_tries 2;
      add_header X-Replica $upstream_addr always;
    }
  }
}
`;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
      .once('connect', () => resolve(true))
      .once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

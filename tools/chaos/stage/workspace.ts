import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/**
 * The folder of one run, and the processes that belong to it: when this process ends, however it ends, a shell
 * that waits for that ends them all, and removes the folder unless it is to be kept.
 */
export class Workspace {
  readonly folder: string;
  private readonly pids: string;
  private readonly watch: ChildProcess;
  private isKept = false;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'llm-chat-chaos-'));
    // nginx and PostgreSQL drop root.
    chmodSync(this.folder, 0o755);
    this.pids = join(this.folder, 'pids');
    mkdirSync(this.pids);
    // nginx by SIGTERM, for its workers outlive a main process that is killed.
    const script = `cat > /dev/null
      [ -e "$0/nginx/nginx.pid" ] && kill "$(cat "$0/nginx/nginx.pid")"
      for pid in $(ls "$0/pids"); do kill -9 "$pid"; done
      [ -e "$0/keep" ] || { sleep 1; rm -rf "$0"; }`;
    // Of a session of its own: Ctrl+C must not reach it.
    this.watch = spawn('sh', ['-c', script, this.folder], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.watch.unref();
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** To be called for each process that is started. */
  adopt(child: ChildProcess): void {
    if (child.pid === undefined) return;
    const file = join(this.pids, String(child.pid));
    writeFileSync(file, '');
    child.once('exit', () => rmSync(file, { force: true }));
  }

  /** Leaves the folder behind. */
  keep(): void {
    if (this.isKept) return;
    this.isKept = true;
    writeFileSync(this.path('keep'), '');
  }

  /** @returns the folder of a copy of the build, which no build during the run changes */
  copyBuild(): string {
    const folder = this.path('service');
    mkdirSync(folder);
    cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
    for (const name of ['package.json', 'node_modules', 'docs'])
      symlinkSync(join(ROOT, name), join(folder, name));
    return folder;
  }

  async close(): Promise<void> {
    this.watch.ref();
    const ended = once(this.watch, 'exit');
    this.watch.stdin?.end();
    await ended;
  }
}

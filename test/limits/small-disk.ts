import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** A disk in memory, with a folder of its own. */
export class SmallDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'llm-chat-disk-'));
  private readonly ballast = join(this.folder, 'ballast');

  constructor(mebibytes: number) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=1777`, 'tmpfs', this.folder]);
  }

  /** To the last byte. */
  fill(): void {
    const file = openSync(this.ballast, 'a');
    for (const bytes of [1_048_576, 4_096]) while (writes(file, Buffer.alloc(bytes)));
    closeSync(file);
  }

  free(): void {
    rmSync(this.ballast, { force: true });
  }

  remove(): void {
    execFileSync('umount', ['--lazy', this.folder]);
    rmSync(this.folder, { recursive: true });
  }
}

/** Whether all of it was written. */
function writes(file: number, piece: Buffer): boolean {
  try {
    return writeSync(file, piece) === piece.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}

/** Whether this process may mount a disk: some containers forbid root to. */
export function mayMount(): boolean {
  if (userInfo().uid !== 0) return false;
  const script =
    'd=$(mktemp -d) && mount -t tmpfs -o size=1m tmpfs "$d"; s=$?; umount "$d"; rmdir "$d"; exit $s';
  return spawnSync('sh', ['-c', script]).status === 0;
}

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { StartError } from '../../common/errors/start-error.js';

/** The process that has a data folder open, by its own account. The lock decides; this only informs. */
const holderSchema = z.object({
  pid: z.number().int(),
  /** Absent until it listens. */
  socketFolder: z.string().optional(),
});

export type Holder = z.infer<typeof holderSchema>;

/** Another process has the data folder open, and two would ruin it. */
export class DataFolderInUseError extends StartError {
  constructor(folder: string, pid: number | undefined) {
    super(
      `The data folder ${folder} is in use by ${pid === undefined ? 'another process' : `process ${pid}`}. ` +
        'Stop that one, or give this one a folder of its own with DATA_DIR.',
    );
    this.name = 'DataFolderInUseError';
  }
}

/** null when the holder left no word, or another program wrote the file. */
export function readHolder(root: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(holderFile(root), 'utf8')));
  } catch {
    return null;
  }
}

export function writeHolder(root: string, holder: Holder): void {
  // Renamed into place: a reader never finds half a file.
  const draft = `${holderFile(root)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  renameSync(draft, holderFile(root));
}

export function forgetHolder(root: string): void {
  rmSync(holderFile(root), { force: true });
}

function holderFile(root: string): string {
  return join(root, 'postgres.json');
}

import { cpus, release, totalmem } from 'node:os';
import { HAS_TASKSET } from '../child-process.js';

/** What figures of time mean little without. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly node: string;
  /** Whether the target had a core to itself. */
  readonly isPinned: boolean;
}

export function thisMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    node: process.version,
    isPinned: HAS_TASKSET,
  };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Workspace } from './workspace.js';

const CHAOS = join(import.meta.dirname, '..');

export interface ModelOptions {
  readonly seed: string;
  /** Of the calls, how many fail: 0 to 1. */
  readonly faultShare: number;
  readonly callsFile: string;
}

/** Starts the model server. @returns its base URL */
export async function startModel(
  workspace: Workspace,
  { seed, faultShare, callsFile }: ModelOptions,
): Promise<string> {
  const loader = join(CHAOS, '..', 'typescript.mjs');
  const script = join(CHAOS, 'model', 'main.ts');
  const args = ['--import', loader, script, seed, String(faultShare), callsFile];
  const model = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  workspace.adopt(model);
  const [line] = (await once(model.stdout, 'data')) as [Buffer];
  const [, url] = /^ready (\S+)$/m.exec(String(line)) ?? [];
  if (url === undefined) throw new Error(`The model server did not start: ${String(line)}`);
  return url;
}

/** How long the service takes from the start of its process to being ready, cold and warm, on both databases. */
import { mkdirSync } from 'node:fs';
import { Workspace } from '../../chaos/stage/workspace.js';
import { stopChild } from '../child-process.js';
import { thisMachine } from '../report/machine.js';
import { writeResult } from '../result.js';
import { startService } from '../service-target.js';
import { openStage } from '../stage.js';
import { type StartUp, startUpTable } from './startup-times.js';
import { spreadOf } from '../report/statistics.js';
import type { BenchStage } from '../target.js';

const ROUNDS = 5;
const KINDS = ['embedded', 'PostgreSQL'] as const;

type Variables = Readonly<Record<string, string>>;

/** From the start of the process to the line that says it is ready, in ms. */
async function timeStart(stage: BenchStage, database: Variables): Promise<number> {
  const begunAt = performance.now();
  const { child } = await startService(stage, database);
  const ms = performance.now() - begunAt;
  if (child) await stopChild(child, 'SIGTERM');
  return ms;
}

async function newDatabase(
  stage: BenchStage,
  kind: (typeof KINDS)[number],
  round: number,
): Promise<Variables> {
  if (kind === 'PostgreSQL') return { DATABASE_URL: await stage.makeDatabase() };
  const folder = stage.workspace.path(`start-${round}`);
  mkdirSync(folder);
  return { DATA_DIR: folder };
}

async function measureStarts(stage: BenchStage): Promise<StartUp[]> {
  const times = new Map<string, number[]>();
  const note = (name: string, ms: number) => times.set(name, [...(times.get(name) ?? []), ms]);
  for (let round = 1; round <= ROUNDS; round++) {
    for (const kind of KINDS) {
      const database = await newDatabase(stage, kind, round);
      note(`${kind}, new database`, await timeStart(stage, database));
      note(`${kind}, again`, await timeStart(stage, database));
    }
  }
  return [...times].flatMap(([name, values]) => {
    const ms = spreadOf(values);
    return ms ? [{ name, ms }] : [];
  });
}

async function main(): Promise<void> {
  const workspace = new Workspace();
  try {
    const stage = await openStage(workspace);
    const starts = await measureStarts(stage);
    writeResult('startup.json', { at: new Date().toISOString(), machine: thisMachine(), starts });
    process.stdout.write(`${startUpTable(starts)}\n`);
    await stage.close();
  } finally {
    await workspace.close();
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
await main();

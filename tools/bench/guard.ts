/**
 * The guard of the hot path. It counts the files and functions that a delta enters, and compares the processor time of a
 * delta with the yardstick's, measured just before. `--slowed` makes the service twice as slow, which must fail.
 */
import { describePath, isWithinBounds, measureDeltaPaths } from '../delta-path/delta-path.js';
import { Workspace } from '../chaos/stage/workspace.js';
import { measure, type Measurement, type MeasuredStage } from './measure.js';
import { lasting, SCENARIOS } from './scenarios.js';
import { openStage } from './stage.js';
import { spreadOf } from './report/statistics.js';
import type { Target } from './target.js';
import { TARGETS, YARDSTICK } from './targets.js';

/**
 * On a quiet machine a delta costs at most so many times the yardstick's. Single rounds on two cores with other work
 * differ by a third from their median: the guard fails at half as much again.
 */
const GUARDED = [
  { name: 'A, PostgreSQL', aim: 1.25 },
  { name: 'B, PostgreSQL', aim: 1.4 },
] as const;
const MARGIN = 1.5;
const ROUNDS = 3;
const SLOWED_BY = 2;

const SCENARIO = lasting(
  SCENARIOS.find(({ name }) => name === 'realistic-100')!,
  4,
);

const say = (text: string) => void process.stdout.write(`${text}\n`);
const cpuOfDelta = ({ cpuSeconds, deltas }: Measurement) => (cpuSeconds ?? NaN) / deltas;
const targetOf = (name: string) => TARGETS.find((target) => target.name === name)!;

async function measureDelta(stage: MeasuredStage, target: Target): Promise<number> {
  const measured = await measure(stage, target, SCENARIO);
  if (measured.unfinished > 0) throw new Error(`${measured.unfinished} answers were not finished`);
  return cpuOfDelta(measured);
}

/** The ratios of all rounds, by target. The yardstick wastes no time when the service does. */
async function measureRatios(stage: MeasuredStage): Promise<Map<string, number[]>> {
  const ratios = new Map<string, number[]>(GUARDED.map(({ name }) => [name, []]));
  for (let round = 1; round <= ROUNDS; round++) {
    const yardstick = await measureDelta(stage, YARDSTICK);
    for (const { name } of GUARDED) {
      const own = await measureDelta(stage, targetOf(name));
      ratios.get(name)!.push(own / yardstick);
      const microseconds = [own, yardstick].map((seconds) => (seconds * 1e6).toFixed(1)).join(' µs to ');
      say(`round ${round}, ${name}: ${microseconds} µs a delta, ${(own / yardstick).toFixed(2)}`);
    }
  }
  return ratios;
}

/** How many microseconds a delta takes: the same again makes it twice as slow. */
async function wasteOf(stage: MeasuredStage): Promise<number> {
  return (await measureDelta(stage, targetOf('B, PostgreSQL'))) * 1e6 * (SLOWED_BY - 1);
}

async function isFast(): Promise<boolean> {
  const workspace = new Workspace();
  try {
    const stage = await openStage(workspace);
    const isSlowed = process.argv.includes('--slowed');
    const ratios = await measureRatios(
      isSlowed ? { ...stage, wastedMicroseconds: await wasteOf(stage) } : stage,
    );
    await stage.close();
    return GUARDED.map(({ name, aim }) => {
      const ratio = spreadOf(ratios.get(name)!)!.median;
      const isGood = ratio <= aim * MARGIN;
      const bound = `aim ${aim}, at most ${(aim * MARGIN).toFixed(2)}`;
      say(`${name}: ${ratio.toFixed(2)} times the yardstick; ${bound}: ${isGood ? 'good' : 'TOO SLOW'}`);
      return isGood;
    }).every(Boolean);
  } finally {
    await workspace.close();
  }
}

async function isShort(): Promise<boolean> {
  const paths = await measureDeltaPaths();
  for (const path of paths) say(describePath(path));
  return paths.every(isWithinBounds);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const checks = [await isShort(), await isFast()];
process.exit(checks.every(Boolean) ? 0 : 1);

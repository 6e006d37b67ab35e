/**
 * The guard against slips on the hot path: the processor time of a delta, as a ratio to the yardstick measured just before
 * it, under a small fixed load. No timed test: a slow machine is slow for both. `--slowed` makes the service twice as
 * slow, to see that the guard notices.
 */
import { Workspace } from '../chaos/stage/workspace.js';
import { measure, type Measurement, type MeasuredStage } from './measure.js';
import type { Scenario } from './scenarios.js';
import { openStage } from './stage.js';
import { spreadOf } from './report/statistics.js';
import { TARGETS, YARDSTICK } from './targets.js';

/** Above the usual ratio by half: further than noise goes, and well below twice. */
const BOUND = 2.4;
const ROUNDS = 3;
const SLOWED_BY = 2;

const GUARDED: Scenario = {
  name: 'guard',
  title: '64 streams, 100 tokens at 10 ms',
  tokens: 100,
  tokenMs: 10,
  streams: 64,
  answers: 192,
  perSecond: 64,
  asks: 'streaming',
};

const cpuOfDelta = ({ cpuSeconds, deltas }: Measurement) => (cpuSeconds ?? NaN) / deltas;

async function measureRatio(stage: MeasuredStage): Promise<number> {
  const service = TARGETS.find(({ name }) => name === 'B, PostgreSQL')!;
  const ratios: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const yardstick = await measure(stage, YARDSTICK, GUARDED);
    const own = await measure(stage, service, GUARDED);
    if (own.unfinished > 0) throw new Error(`${own.unfinished} answers were not finished`);
    const ratio = cpuOfDelta(own) / cpuOfDelta(yardstick);
    ratios.push(ratio);
    const microseconds = [own, yardstick].map((measured) => (cpuOfDelta(measured) * 1e6).toFixed(1));
    process.stdout.write(`round ${round}: ${microseconds.join(' µs to ')} µs a delta, ${ratio.toFixed(2)}\n`);
  }
  return spreadOf(ratios)!.median;
}

/** How long a delta takes now: as much again makes it twice as slow. */
async function wasteOf(stage: MeasuredStage): Promise<number> {
  const service = TARGETS.find(({ name }) => name === 'B, PostgreSQL')!;
  return cpuOfDelta(await measure(stage, service, GUARDED)) * 1e6 * (SLOWED_BY - 1);
}

async function main(): Promise<number> {
  const workspace = new Workspace();
  try {
    const stage = await openStage(workspace);
    const isSlowed = process.argv.includes('--slowed');
    const ratio = await measureRatio(
      isSlowed ? { ...stage, wastedMicroseconds: await wasteOf(stage) } : stage,
    );
    await stage.close();
    const isGood = ratio <= BOUND;
    process.stdout.write(
      `${ratio.toFixed(2)} times the yardstick; at most ${BOUND}: ${isGood ? 'good' : 'TOO SLOW'}\n`,
    );
    return isGood ? 0 : 1;
  } finally {
    await workspace.close();
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exit(await main());

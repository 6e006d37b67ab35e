import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CORE, LOADER, saying, startChild, stopChild } from './child-process.js';
import type { LoadOrder, LoadResult } from './load-order.js';
import { cpuSeconds, cpuSecondsOfFamily, residentKib } from './process-figures.js';
import type { Scenario } from './scenarios.js';
import type { Asking, BenchStage, Started, Target } from './target.js';

export interface Measurement extends LoadResult {
  /** Of the target process while it was under the load; null where there is none. */
  readonly cpuSeconds: number | null;
  /** Of the PostgreSQL server. */
  readonly databaseCpuSeconds: number;
  /** Resident memory that it has more while all streams are open, in KiB; null where that was not looked at. */
  readonly grownKib: number | null;
}

export interface MeasuredStage extends BenchStage {
  readonly postmasterPid: number;
}

/** Before the measured ones: code is compiled then, and connections are open. */
const WARM_UP = { answers: 400, streams: 64, maxTokenMs: 2, maxTokens: 256 };
/** For what is left over from the opening of streams to go, in ms. */
const HOLD_MS = 5_000;
/** Beyond the time that the answers take by themselves, in s. */
const PATIENCE = { paced: 15, unpaced: 120 };

/** Starts the target again, warms it up, and puts it under the load once. */
export async function measure(
  stage: MeasuredStage,
  target: Target,
  scenario: Scenario,
): Promise<Measurement> {
  const started = await target.start(stage);
  try {
    await putUnderLoad(stage, { target, started }, warmUpOf(scenario));
    const order = orderOf(started, scenario, await askingOf(target, started, scenario));
    return await measureUnder(stage, started, order);
  } finally {
    if (started.child) await stopChild(started.child, stage.profileFolder ? 'SIGTERM' : 'SIGKILL');
  }
}

/** Without looking at what it costs. */
export async function putUnderLoad(
  stage: BenchStage,
  { target, started }: { target: Target; started: Started },
  scenario: Scenario,
): Promise<LoadResult> {
  return load(stage, orderOf(started, scenario, await askingOf(target, started, scenario)));
}

async function measureUnder(
  stage: MeasuredStage,
  { child }: Started,
  order: LoadOrder,
): Promise<Measurement> {
  const figures = () => ({
    cpu: child?.pid ? cpuSeconds(child.pid) : null,
    kib: child?.pid ? residentKib(child.pid) : null,
    database: cpuSecondsOfFamily(stage.postmasterPid),
  });
  const before = figures();
  let held: number | null = null;
  const result = await load(stage, order, async () => {
    await sleep(HOLD_MS);
    held = figures().kib;
  });
  const after = figures();
  return {
    ...result,
    cpuSeconds: minus(after.cpu, before.cpu),
    databaseCpuSeconds: after.database - before.database,
    grownKib: minus(held, before.kib),
  };
}

const minus = (left: number | null, right: number | null) =>
  left === null || right === null ? null : left - right;

function warmUpOf(scenario: Scenario): Scenario {
  const { answers, streams, maxTokenMs, maxTokens } = WARM_UP;
  return {
    ...scenario,
    tokens: Math.min(maxTokens, scenario.tokens),
    tokenMs: Math.min(maxTokenMs, scenario.tokenMs),
    streams: Math.min(streams, scenario.streams),
    answers,
    perSecond: 0,
    isHeld: undefined,
    ...(scenario.asks === 'history' && { asks: 'streaming' as const }),
  };
}

async function askingOf(target: Target, started: Started, { asks, rounds = 0 }: Scenario): Promise<Asking> {
  if (asks === 'history' && target.withHistory) return target.withHistory(started, rounds);
  if (asks !== 'short') return target.streaming;
  if (!target.short) throw new Error(`${target.name} has no answers in one piece`);
  return target.short;
}

/** Whether the target has what the scenario asks for. */
export function suits(target: Target, { asks, rounds = 0 }: Scenario): boolean {
  const { short, withHistory, maxRounds = Infinity } = target;
  if (asks === 'history') return withHistory !== undefined && rounds <= maxRounds;
  return asks === 'streaming' || short !== undefined;
}

function orderOf({ port, headers }: Started, scenario: Scenario, asking: Asking): LoadOrder {
  const { tokens, tokenMs, streams, answers, perSecond, isHeld } = scenario;
  const askedSeconds = perSecond > 0 ? answers / perSecond : 0;
  const answerSeconds = isHeld ? 0 : (tokens * tokenMs) / 1_000;
  return {
    port,
    path: asking.path,
    headers: { ...asking.headers, ...headers },
    body: asking.body.replace('{question}', `bench ${tokens} ${tokenMs}`),
    ending: asking.ending,
    tokens,
    count: answers,
    perSecond,
    concurrency: streams,
    isHeld: isHeld ?? false,
    maxSeconds: askedSeconds + answerSeconds + (perSecond > 0 ? PATIENCE.paced : PATIENCE.unpaced),
  };
}

/**
 * Runs the callers to their end.
 * @param onOpen called when all streams that are to be held have begun; they are cut when it resolves
 */
async function load(
  { workspace }: BenchStage,
  order: LoadOrder,
  onOpen?: () => Promise<void>,
): Promise<LoadResult> {
  const file = workspace.path('load.json');
  writeFileSync(file, JSON.stringify(order));
  const command = [process.execPath, ...LOADER, join(import.meta.dirname, 'load.ts'), file];
  const child = startChild(workspace, { name: 'load', core: CORE.others, command });
  const exited = once(child, 'exit');
  const [first] = await saying(child, /^(?:open|\{.*\})$/m);
  if (first !== 'open') {
    await exited;
    return JSON.parse(first) as LoadResult;
  }
  await onOpen?.();
  child.stdin?.end();
  const [result] = await saying(child, /^\{.*\}$/m);
  await exited;
  return JSON.parse(result) as LoadResult;
}

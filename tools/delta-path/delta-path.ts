import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startModel } from './model.js';
import { BUILD, type CalledFunction, CONVERSATION, QA, type Route, Service } from './service.js';

/** The deltas of an answer; the answer that it is compared with has twice as many. */
const DELTAS = 400;

/** A function is on the path when at least every second delta enters it. Timers, batches and cuts are rarer. */
const MIN_CALLS_A_DELTA = 0.5;

/** The most that a delta may enter, by route. */
export interface Bounds {
  readonly route: Route;
  readonly maxFiles: number;
  readonly maxFunctions: number;
}

const BOUNDS: readonly Bounds[] = [
  { route: CONVERSATION, maxFiles: 12, maxFunctions: 25 },
  { route: QA, maxFiles: 16, maxFunctions: 60 },
];

/** A function of `src` that deltas enter. */
export interface Step {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly name: string;
  readonly callsADelta: number;
}

/** What a delta enters on one route. */
export interface DeltaPath extends Bounds {
  /** By file and line. */
  readonly steps: readonly Step[];
  /** Functions that fewer deltas enter, but still one in ten. */
  readonly rareFunctions: number;
}

const keyOf = ({ file, offset, name }: CalledFunction) => `${file}:${offset}:${name}`;

/** Finds the place in `src` where a function of the build begins. */
function toStep({ file, name, offset, calls }: CalledFunction): Step {
  const before = readFileSync(join(BUILD, file), 'utf8').slice(0, offset).split('\n');
  const map = new SourceMap(JSON.parse(readFileSync(join(BUILD, `${file}.map`), 'utf8')) as SourceMapPayload);
  const entry = map.findEntry(before.length - 1, before.at(-1)!.length);
  if (!('originalLine' in entry)) throw new Error(`The source map of ${file} has no place for ${name}`);
  const source = `src/${file.replace(/\.js$/, '.ts')}`;
  return { file: source, line: entry.originalLine + 1, name: name || '(arrow)', callsADelta: calls / DELTAS };
}

/** Counts the calls that an answer of twice the deltas makes more. The first answer loads code and fills caches. */
async function measure(service: Service, bounds: Bounds): Promise<DeltaPath> {
  const { route } = bounds;
  await service.ask(route, DELTAS);
  await service.takeCalls();
  await service.ask(route, DELTAS);
  const single = new Map((await service.takeCalls()).map((called) => [keyOf(called), called.calls]));
  await service.ask(route, 2 * DELTAS);
  const more = (await service.takeCalls()).map((called) => ({
    ...called,
    calls: called.calls - (single.get(keyOf(called)) ?? 0),
  }));
  const steps = more
    .filter(({ calls }) => calls >= DELTAS * MIN_CALLS_A_DELTA)
    .map(toStep)
    .sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
  const rareFunctions = more.filter(({ calls }) => calls >= DELTAS / 10).length - steps.length;
  return { ...bounds, steps, rareFunctions };
}

/** Runs the built service, and measures what a delta enters on each route. @throws Error when an answer is not complete */
export async function measureDeltaPaths(): Promise<DeltaPath[]> {
  const folder = mkdtempSync(join(tmpdir(), 'delta-path-'));
  const model = await startModel();
  try {
    const service = await Service.start(folder, model.port);
    try {
      const paths: DeltaPath[] = [];
      for (const bounds of BOUNDS) paths.push(await measure(service, bounds));
      return paths;
    } finally {
      await service.stop();
    }
  } finally {
    model.server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The path in one line, with its bounds. */
export function describePath(path: DeltaPath): string {
  const { route, steps, maxFiles, maxFunctions, rareFunctions } = path;
  const calls = steps.reduce((sum, { callsADelta }) => sum + callsADelta, 0).toFixed(1);
  const files = filesOf(path);
  return (
    `${route.name}: a delta enters ${files} files (at most ${maxFiles}) and ${steps.length} functions (at most ` +
    `${maxFunctions}) with ${calls} calls; one in two to ten deltas enters ${rareFunctions} more: ` +
    (isWithinBounds(path) ? 'good' : 'TOO MANY')
  );
}

export function isWithinBounds(path: DeltaPath): boolean {
  return filesOf(path) <= path.maxFiles && path.steps.length <= path.maxFunctions;
}

function filesOf({ steps }: DeltaPath): number {
  return new Set(steps.map(({ file }) => file)).size;
}

import type { Measurement } from '../measure.js';
import type { Scenario } from '../scenarios.js';
import { type Spread, spreadOf } from './statistics.js';

/** One target under one load, once, with what was measured just before it. */
export interface Round {
  readonly own: Measurement;
  readonly yardstick: Measurement;
  /** Without anything between callers and model. */
  readonly direct: Measurement;
}

/** The figures of a target; times are in ms. */
export const FIGURES = [
  'cpu',
  'databaseCpu',
  'kibPerStream',
  'acceptedP50',
  'addedFirstP50',
  'addedFirstP99',
  'addedGapP50',
  'addedGapP99',
] as const;
export type FigureName = (typeof FIGURES)[number];

export interface Figure extends Spread {
  /** To the yardstick just before. */
  readonly ratio: Spread | null;
}

export interface TargetFigures {
  readonly target: string;
  readonly rounds: number;
  readonly figures: Readonly<Partial<Record<FigureName, Figure>>>;
  /** Of all rounds together. */
  readonly unfinished: number;
  readonly errors: number;
}

/** Whether processor time is shown for each answer, not for each delta. */
export const isPerAnswer = ({ asks }: Pick<Scenario, 'asks'>) => asks !== 'streaming';

export function figuresOf(target: string, scenario: Scenario, rounds: readonly Round[]): TargetFigures {
  const named = FIGURES.flatMap((name) => {
    const read = (measurement: Measurement, { direct }: Round) =>
      valueOf(name, measurement, { direct, scenario });
    const spread = spreadOf(rounds.map((round) => read(round.own, round)));
    if (!spread) return [];
    const ratio = spreadOf(rounds.map((round) => read(round.own, round) / read(round.yardstick, round)));
    return [[name, { ...spread, ratio }] as const];
  });
  const total = (read: (own: Measurement) => number) => rounds.reduce((sum, { own }) => sum + read(own), 0);
  return {
    target,
    rounds: rounds.length,
    figures: Object.fromEntries(named),
    unfinished: total(({ unfinished, begun, answers }) =>
      // Streams that are held open are cut at the end.
      scenario.isHeld ? scenario.answers - begun : Math.max(unfinished, scenario.answers - answers),
    ),
    errors: total(({ errors }) => errors),
  };
}

interface Context {
  readonly direct: Measurement;
  readonly scenario: Scenario;
}

/** NaN: there is no such figure in this scenario. */
function valueOf(name: FigureName, measurement: Measurement, { direct, scenario }: Context): number {
  if (scenario.isHeld)
    return name === 'kibPerStream' ? (measurement.grownKib ?? NaN) / measurement.begun : NaN;
  // Seconds a million deltas, or milliseconds an answer.
  const share = isPerAnswer(scenario) ? 1e3 / measurement.begun : 1e6 / measurement.deltas;
  const { cpuSeconds, databaseCpuSeconds, acceptedMs, firstMs, gapMs } = measurement;
  const values: Readonly<Record<FigureName, number>> = {
    cpu: (cpuSeconds ?? NaN) * share,
    databaseCpu: databaseCpuSeconds * share,
    kibPerStream: NaN,
    acceptedP50: acceptedMs.p50,
    addedFirstP50: firstMs.p50 - direct.firstMs.p50,
    addedFirstP99: firstMs.p99 - direct.firstMs.p99,
    addedGapP50: gapMs.p50 - direct.gapMs.p50,
    addedGapP99: gapMs.p99 - direct.gapMs.p99,
  };
  return values[name];
}

import { measure, type MeasuredStage, suits } from './measure.js';
import type { Options } from './options.js';
import { figuresOf, type Round } from './report/figures.js';
import { thisMachine } from './report/machine.js';
import type { ScenarioResult } from './result.js';
import type { Scenario } from './scenarios.js';
import type { Target } from './target.js';
import { DIRECT, YARDSTICK } from './targets.js';

const say = (text: string) => void process.stdout.write(`${text}\n`);

/**
 * Round by round, each target just after the yardstick, so that the machine's moods fall on both. They do not change
 * what memory is taken: there, the yardstick is measured once a round.
 */
export async function runScenario(
  stage: MeasuredStage,
  scenario: Scenario,
  { targets, rounds }: Options,
): Promise<ScenarioResult> {
  say(`\n${scenario.name}: ${scenario.title}`);
  const suitable = targets.filter((target) => suits(target, scenario));
  const missing = Object.fromEntries(
    suitable.flatMap((target) => {
      const why = target.missing();
      return why === null ? [] : [[target.name, why] as const];
    }),
  );
  const present = suitable.filter(({ name }) => !(name in missing));
  const yardsticks: Round[] = [];
  const measured = new Map<string, Round[]>(present.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    const direct = await measure(stage, DIRECT, withoutHistory(scenario));
    const measureYardstick = async () => {
      const own = await measure(stage, YARDSTICK, withoutHistory(scenario));
      yardsticks.push({ own, yardstick: own, direct });
      return own;
    };
    const ofRound = scenario.isHeld ? await measureYardstick() : null;
    for (const target of round === 1 ? present : present.filter((each) => isInEachRound(each, scenario))) {
      const yardstick = ofRound ?? (await measureYardstick());
      const own = await measure(stage, target, scenario).catch((error: unknown) => {
        // A target that cannot bear the load must not end a run of hours.
        say(`  round ${round}, ${target.name}: ${String(error)}`);
        return null;
      });
      if (own === null) continue;
      measured.get(target.name)?.push({ own, yardstick, direct });
      const { cpu, kibPerStream } = figuresOf(target.name, scenario, [{ own, yardstick, direct }]).figures;
      const shown = cpu ?? kibPerStream;
      say(
        `  round ${round}, ${target.name}: ${shown?.median.toFixed(1)}, ${shown?.ratio?.median.toFixed(2)} of the yardstick, ` +
          `${own.answers} answers of ${scenario.answers} (${own.deltas} deltas), ${JSON.stringify(own.statuses)}`,
      );
    }
  }
  const figures = [[YARDSTICK.name, yardsticks] as const, ...measured].map(([name, all]) =>
    figuresOf(name, scenario, all),
  );
  return { scenario, machine: thisMachine(), at: new Date().toISOString(), targets: figures, missing };
}

const isInEachRound = ({ isSlow, hasMemoryBound }: Target, { isHeld }: Scenario) =>
  isHeld ? hasMemoryBound : !isSlow;

/** The model and the yardstick remember nothing. */
function withoutHistory(scenario: Scenario): Scenario {
  return scenario.asks === 'history' ? { ...scenario, asks: 'streaming' } : scenario;
}

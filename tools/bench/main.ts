/** Measures what a delta costs, of this service and of what else its users could take: see docs/performance.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Workspace } from '../chaos/stage/workspace.js';
import { chartOf } from './report/chart.js';
import { figuresOf, type Round } from './report/figures.js';
import { thisMachine } from './report/machine.js';
import { measure, type MeasuredStage, suits } from './measure.js';
import { type Options, readOptions, USAGE } from './options.js';
import { merged, readResult, resultFile, type ScenarioResult, writeResult } from './result.js';
import { type Scenario, SCENARIOS } from './scenarios.js';
import { openStage } from './stage.js';
import { tableOf } from './report/table.js';
import type { Target } from './target.js';
import { DIRECT, YARDSTICK } from './targets.js';

const RESULT = 'latest.json';

const say = (text: string) => void process.stdout.write(`${text}\n`);

/**
 * Round by round, each target just after the yardstick, so that the machine's moods fall on both. They do not change
 * what memory is taken: there, the yardstick is measured once a round.
 */
async function runScenario(
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

function keep(news: readonly ScenarioResult[]): void {
  const all = merged(readResult<ScenarioResult[]>(RESULT) ?? [], news, SCENARIOS);
  writeResult(RESULT, all);
  writeFileSync(resultFile('latest.svg'), chartOf(all));
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const profileFolder = options.profileFolder && resolve(options.profileFolder);
  if (profileFolder) mkdirSync(profileFolder, { recursive: true });
  const workspace = new Workspace();
  try {
    const stage = await openStage(workspace);
    for (const scenario of options.scenarios) {
      const result = await runScenario({ ...stage, profileFolder }, scenario, options);
      say(`\n${tableOf(result)}`);
      for (const [name, why] of Object.entries(result.missing)) say(`Left out: ${name} (${why})`);
      if (options.isKept) keep([result]);
    }
    await stage.close();
  } catch (error) {
    workspace.keep();
    say(`logs: ${workspace.folder}`);
    throw error;
  } finally {
    await workspace.close();
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // What waits for the end of this process tidies up after it.
  process.once(signal, () => process.exit(130));
}
if (process.argv.includes('--help')) say(USAGE);
else await main();

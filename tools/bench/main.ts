/** Measures what a delta costs, of this service and of what else its users could take: see docs/performance.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Workspace } from '../chaos/stage/workspace.js';
import { chartOf } from './report/chart.js';
import { readOptions, USAGE } from './options.js';
import { merged, readResult, resultFile, type ScenarioResult, writeResult } from './result.js';
import { runScenario } from './scenario-run.js';
import { SCENARIOS } from './scenarios.js';
import { openStage } from './stage.js';
import { tableOf } from './report/table.js';

const RESULT = 'latest.json';

const say = (text: string) => void process.stdout.write(`${text}\n`);

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

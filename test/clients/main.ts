/**
 * Makes a client with each of the popular generators from the committed document, compiles it, has it talk to the
 * running service, and says what works: see docs/clients.md.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GENERATORS } from './generators.js';
import { startWithBuiltInModel, startWithModelServer } from './live-service.js';
import { lintWithSpectral } from './spectral.js';
import { faultsOf, tableOf } from './table.js';
import { type Trial, tryOut } from './trial.js';

const USAGE = `npm run test:clients -- [options]
  --only <names>   separated by commas; a part of a name will do (default: all)
                   ${GENERATORS.map(({ name }) => name).join(', ')}
  --keep           leaves the clients where they were made
  --page           writes the table into docs/clients.md`;

const ROOT = join(import.meta.dirname, '..', '..');
const PAGE = join(ROOT, 'docs', 'clients.md');
const MARKED = /(<!-- table -->\n).*(<!-- end of table -->)/s;

const say = (text: string) => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      keep: { type: 'boolean', default: false },
      page: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return say(USAGE);
  if (values.page && values.only !== '') throw new Error('--page wants all of them: leave --only out');
  const wanted = values.only.split(',');
  const chosen = GENERATORS.filter(({ name }) => wanted.some((part) => name.includes(part)));
  if (chosen.length === 0) throw new Error(`There is no generator ${values.only}\n${USAGE}`);
  const services = [await startWithModelServer(), await startWithBuiltInModel()];
  const trials: Trial[] = [];
  try {
    for (const generator of chosen) {
      say(`${generator.name} …`);
      trials.push(await tryOut(generator, { services, isKept: values.keep, say }));
    }
  } finally {
    for (const service of services) await service.stop();
  }
  publish(trials, values.page);
  await lintWithSpectral().then(say, (error: Error) => {
    say(error.message);
    process.exitCode = 1;
  });
}

function publish(trials: readonly Trial[], isPageWanted: boolean): void {
  const table = tableOf(trials);
  say(`\n${table}`);
  mkdirSync(join(ROOT, 'artifacts'), { recursive: true });
  writeFileSync(join(ROOT, 'artifacts', 'clients.json'), `${JSON.stringify(trials, null, 2)}\n`);
  // A missing toolchain is no fault of the document.
  if (trials.some((trial) => trial.skipped === undefined && faultsOf(trial).length > 0)) process.exitCode = 1;
  if (!isPageWanted) return;
  const page = readFileSync(PAGE, 'utf8');
  if (!MARKED.test(page)) throw new Error(`${PAGE} has no marks for the table`);
  // A function: `$` in the table is no reference.
  writeFileSync(
    PAGE,
    page.replace(MARKED, (_all, begin: string, last: string) => `${begin}\n${table}\n\n${last}`),
  );
}

await main();

/**
 * Installs clients of the OpenAI API from their registries, and has each of them, as it is, ask the built service with a
 * fake model behind it: see docs/openai-clients.md. A client that cannot be installed is skipped by name.
 */
import { parseArgs } from 'node:util';
import { type Client, findClients } from './client.js';
import { install } from './installing.js';
import { writePages } from './page.js';
import { keepResults, newestRows } from './results.js';
import { startStage } from './stage.js';
import { reasonsOf, type Row, tableOf, titleOf } from './table.js';
import { play, type Target } from './trial.js';
import { inEnglish } from './words.js';

const USAGE = `npm run test:ecosystem -- [options]
  --only <names>   clients whose name has one of these words, separated by commas (default: all)
  --try <names>    only these capabilities, separated by commas: list, ask, stream, stop, tools, …
  --control        asks the fake model itself, to tell a limit of a client from a fault of the service
  --full           prints reasons in their full length
  --page           writes the newest result of every client into docs/openai-clients.md and docs/openai-clients.zh-CN.md`;

/** Clients at a time: with more, two cores are too few for the time limits. */
const AT_ONCE = 2;

const say = (text: string) => void process.stdout.write(`${text}\n`);
const wordsOf = (text: string) => text.split(',').filter((word) => word !== '');

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      try: { type: 'string', default: '' },
      control: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      page: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return say(USAGE);
  const [names, only] = [wordsOf(values.only), wordsOf(values.try)];
  const clients = findClients().filter(
    ({ name, id }) => names.length === 0 || names.some((word) => `${name} ${id}`.includes(word)),
  );
  if (clients.length === 0) throw new Error(`There is no client ${values.only}\n${USAGE}`);
  const rows: Row[] = [];
  const stage = await startStage(values.control);
  const waiting = [...clients];
  const work = async () => {
    for (let client = waiting.shift(); client; client = waiting.shift()) {
      const tried = await tryOut(client, stage, { only, isFull: values.full });
      if (!values.control) keepResults(tried);
      rows.push(...tried);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    await stage.stop();
  }
  rows.sort((one, other) => clients.indexOf(one.client) - clients.indexOf(other.client));
  publish(rows, values.page);
}

interface Choice {
  /** Capabilities by name; empty: all. */
  readonly only: readonly string[];
  readonly isFull: boolean;
}

async function tryOut(client: Client, target: Target, { only, isFull }: Choice): Promise<Row[]> {
  const begunAt = performance.now();
  const installed = await install(client).catch((error: unknown) => (error as Error).message);
  const rows: Row[] = [];
  for (const variant of client.variants) {
    const row: Row =
      typeof installed === 'string'
        ? { client, variant, skipped: installed, verdicts: new Map() }
        : { client, variant, verdicts: await play({ client, variant, installed, target, only }) };
    const reasons = reasonsOf(row, isFull);
    const seconds = Math.round((performance.now() - begunAt) / 1_000);
    say(
      `${titleOf(row)}: ${reasons.length === 0 ? 'ok' : `${reasons.length} not as they should be`}, ${seconds} s`,
    );
    for (const reason of reasons) say(`  - ${reason}`);
    rows.push(row);
  }
  return rows;
}

function publish(rows: readonly Row[], isPageWanted: boolean): void {
  say(`\n${tableOf(rows, inEnglish)}`);
  // A missing toolchain is no fault of the service.
  if (rows.some((row) => row.skipped === undefined && reasonsOf(row).length > 0)) process.exitCode = 1;
  if (isPageWanted) writePages(newestRows(findClients()));
}

await main();

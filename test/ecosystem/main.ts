/**
 * Installs clients of the OpenAI API from their registries, and has each of them, as it is, ask the built service with a
 * fake model behind it: see docs/openai-clients.md. A client that cannot be installed is skipped by name.
 */
import { parseArgs } from 'node:util';
import { type Client, findClients } from './client.js';
import { install } from './installing.js';
import { writePages } from './page.js';
import { startStage } from './stage.js';
import { reasonsOf, type Row, tableOf, titleOf } from './table.js';
import { play, type Target } from './trial.js';
import { inEnglish } from './words.js';

const USAGE = `npm run test:ecosystem -- [options]
  --only <names>   clients whose name has one of these words, separated by commas (default: all)
  --try <names>    only these capabilities, separated by commas: list, ask, stream, stop, tools, …
  --control        asks the fake model itself, to tell a limit of a client from a fault of the service
  --full           prints reasons in their full length
  --page           writes the tables of docs/openai-clients.md and docs/openai-clients.zh-CN.md`;

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
  if (values.page && (names.length > 0 || only.length > 0 || values.control))
    throw new Error('--page wants all capabilities of all clients');
  const rows: Row[] = [];
  const stage = await startStage(values.control);
  const waiting = [...clients];
  const work = async () => {
    for (let client = waiting.shift(); client; client = waiting.shift())
      rows.push(...(await tryOut(client, stage, only)));
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    await stage.stop();
  }
  rows.sort((one, other) => clients.indexOf(one.client) - clients.indexOf(other.client));
  publish(rows, values);
}

async function tryOut(client: Client, target: Target, only: readonly string[]): Promise<Row[]> {
  const begunAt = performance.now();
  const installed = await install(client).catch((error: unknown) => (error as Error).message);
  const rows: Row[] = [];
  for (const variant of client.variants) {
    const row: Row =
      typeof installed === 'string'
        ? { client, variant, skipped: installed, verdicts: new Map() }
        : { client, variant, verdicts: await play({ client, variant, installed, target, only }) };
    const faults = reasonsOf(row).length;
    const seconds = Math.round((performance.now() - begunAt) / 1_000);
    say(`${titleOf(row)}: ${faults === 0 ? 'ok' : `${faults} not as they should be`}, ${seconds} s`);
    rows.push(row);
  }
  return rows;
}

function publish(rows: readonly Row[], { page, full }: { page: boolean; full: boolean }): void {
  say(`\n${tableOf(rows, inEnglish)}\n`);
  for (const row of rows)
    if (full && row.skipped === undefined)
      for (const [name, verdict] of row.verdicts) say(`- ${titleOf(row)}, ${name}: ${verdict}`);
    else for (const reason of reasonsOf(row)) say(`- ${reason}`);
  // A missing toolchain is no fault of the service.
  if (rows.some((row) => row.skipped === undefined && reasonsOf(row).length > 0)) process.exitCode = 1;
  if (page) writePages(rows);
}

await main();

/**
 * Installs real model servers, has the built service ask them, and kills them meanwhile: see docs/models.md. A server
 * that cannot be installed is skipped by name.
 */
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setRunFolder } from '../support/database/database.clone.js';
import { startChildService } from '../support/programs/child-service.js';
import { TEST_TIMES } from '../support/service/test-times.js';
import { fastChat } from './fastchat.js';
import { liteLlm } from './lite-llm.js';
import { llamaCpp } from './llama-cpp.js';
import type { RealServer, RunningServer } from './real-server.js';
import { faultsOf, inChinese, tableOf, type Tried } from './table.js';
import { type Result, type Trial, TRIALS } from './trials.js';

const SERVERS: readonly RealServer[] = [liteLlm, fastChat, llamaCpp];

const USAGE = `npm run test:models -- [options]
  --only <names>   separated by commas: ${SERVERS.map(({ name }) => name).join(', ')} (default: all)
  --trial <words>  only trials with these words in their title
  --keep           leaves the logs where they were written
  --page           writes the table into docs/models.md and docs/models.zh-CN.md`;

const DOCS = join(import.meta.dirname, '..', '..', 'docs');
const MARKED = /(<!-- servers -->\n).*(<!-- \/servers -->)/s;

/** An empty variable counts as not set: the times of other tests would make this another service. */
const DEFAULT_TIMES = Object.fromEntries(Object.keys(TEST_TIMES).map((name) => [name, '']));

const say = (text: string) => void process.stdout.write(`${text}\n`);

interface Choice {
  readonly words: string;
  readonly folder: string;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      trial: { type: 'string', default: '' },
      keep: { type: 'boolean', default: false },
      page: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return say(USAGE);
  const names = values.only.split(',');
  const servers = SERVERS.filter(({ name }) => values.only === '' || names.includes(name));
  if (servers.length === 0) throw new Error(`There is no server ${values.only}\n${USAGE}`);
  if (values.page && (servers.length < SERVERS.length || values.trial !== ''))
    throw new Error('--page wants all trials of all servers');
  const folder = mkdtempSync(join(tmpdir(), 'llm-chat-models-'));
  setRunFolder(folder);
  const all: Tried[] = [];
  try {
    await makeDatabase(folder);
    for (const server of servers) all.push(await tryOut(server, { words: values.trial, folder }));
  } finally {
    if (values.keep) say(`The logs are in ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
  publish(all, values.page);
}

async function tryOut(server: RealServer, { words, folder }: Choice): Promise<Tried> {
  const { name, version } = server;
  say(`${name} ${version} …`);
  const results = new Map<string, Result>();
  try {
    await server.install();
  } catch (error) {
    return { server, skipped: (error as Error).message.replaceAll(/\s+/g, ' '), results };
  }
  const own = mkdtempSync(join(folder, 'server-'));
  const running = await server.start(own);
  try {
    const possible = TRIALS.filter(({ isPossible }) => isPossible(running));
    for (const trial of possible.filter(({ title }) => title.includes(words))) {
      const result = await play(trial, running, own);
      results.set(trial.title, result);
      const start = result.startMs === undefined ? '' : `, start ${Math.round(result.startMs)} ms`;
      const verdict = result.faults.length === 0 ? 'ok' : 'FAULT';
      say(`  ${verdict} ${trial.title}, ${Math.round(result.ms)} ms${start}`);
      for (const fault of result.faults) say(`     ${fault}`);
    }
  } finally {
    await running.stop();
  }
  return { server, results };
}

/** With a service of its own: what it has learned of the server in one trial is no part of the next. */
async function play(trial: Trial, server: RunningServer, folder: string): Promise<Result> {
  const data = join(folder, 'data');
  rmSync(data, { recursive: true, force: true });
  cpSync(join(folder, '..', 'data'), data, { recursive: true });
  const service = await startChildService({
    environment: { ...DEFAULT_TIMES, ...server.environment, DATA_DIR: data },
  });
  try {
    return await trial.run({ server, service });
  } catch (error) {
    return { faults: [(error as Error).message], ms: 0 };
  } finally {
    await service.stop();
    appendFileSync(join(folder, 'service.log'), `\n${trial.title}\n${service.output()}`);
  }
}

/** An embedded database to copy: making one takes seconds. */
async function makeDatabase(folder: string): Promise<void> {
  const service = await startChildService({ environment: { DATA_DIR: join(folder, 'data') } });
  await service.stop();
}

function publish(all: readonly Tried[], isPageWanted: boolean): void {
  const table = tableOf(all);
  say(`\n${table}`);
  // A missing toolchain is no fault of the service.
  if (all.some((tried) => tried.skipped === undefined && faultsOf(tried).length > 0)) process.exitCode = 1;
  if (!isPageWanted) return;
  const pages = [
    [join(DOCS, 'models.md'), table],
    [join(DOCS, 'models.zh-CN.md'), tableOf(all, inChinese)],
  ] as const;
  for (const [page, written] of pages) {
    const text = readFileSync(page, 'utf8');
    if (!MARKED.test(text)) throw new Error(`${page} has no marks for the table`);
    // A function: `$` in the table is no reference.
    writeFileSync(
      page,
      text.replace(MARKED, (_all, begin: string, end: string) => `${begin}\n${written}\n\n${end}`),
    );
  }
}

await main();

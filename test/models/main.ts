/**
 * Installs real model servers, has the built service ask them, and kills them meanwhile: see docs/models.md. A server
 * that cannot be installed is skipped by name.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setRunFolder } from '../support/database/database.clone.js';
import { fastChat } from './fastchat.js';
import { liteLlm } from './lite-llm.js';
import { llamaCpp } from './llama-cpp.js';
import { writePages } from './page.js';
import type { RealServer } from './real-server.js';
import { faultsOf, tableOf, type Tried } from './table.js';
import { makeDatabase, tryOut } from './try-out.js';

const SERVERS: readonly RealServer[] = [liteLlm, fastChat, llamaCpp];

const USAGE = `npm run test:models -- [options]
  --only <names>   separated by commas: ${SERVERS.map(({ name }) => name).join(', ')} (default: all)
  --trial <words>  only trials with these words in their title
  --keep           leaves the logs where they were written
  --page           writes the table into docs/models.md and docs/models.zh-CN.md`;

const say = (text: string) => void process.stdout.write(`${text}\n`);

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
    for (const server of servers) all.push(await tryOut(server, { words: values.trial, folder, say }));
  } finally {
    if (values.keep) say(`The logs are in ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
  publish(all, values.page);
}

function publish(all: readonly Tried[], isPageWanted: boolean): void {
  say(`\n${tableOf(all)}\n`);
  for (const fault of all.flatMap(faultsOf)) say(`- ${fault}`);
  // A missing toolchain is no fault of the service.
  if (all.some((tried) => tried.skipped === undefined && faultsOf(tried).length > 0)) process.exitCode = 1;
  if (isPageWanted) writePages(all);
}

await main();

/**
 * What the size of the database does to the service: opening turns and reading history among ten thousand turns and
 * among ten million, and the statements that a turn takes. `--turns 10000,10000000` names other sizes.
 */
import { totalmem } from 'node:os';
import { Logger } from '@nestjs/common';
import { Workspace } from '../../chaos/stage/workspace.js';
import { type Growth, growthOf, growthTable } from './database-growth.js';
import { type MeasuredDatabase, measureOnce } from './database-times.js';
import { thisMachine } from '../report/machine.js';
import { makeDatabase } from './large-database.js';
import { DEFAULT_SIZES, readSizes } from './sizes.js';
import { writeResult } from '../result.js';
import { type OpenStage, openStage } from '../stage.js';
import { COUNTING, countStatements, statementTable } from './statements.js';

const ROUNDS = 15;
/** As PostgreSQL's manual would have it: a quarter of the memory. What is not in there is read again for each use. */
const BUFFERS_MB = Math.floor(totalmem() / 2 ** 22);
const SETTINGS = [COUNTING, `shared_buffers=${BUFFERS_MB}MB`, 'max_wal_size=8GB'];

const say = (text: string) => void process.stdout.write(`${text}\n`);

/** Both databases by turns, so that the machine's moods fall on both. */
async function measureGrowth(stage: OpenStage, sizes: readonly number[]): Promise<Growth[]> {
  const databases: MeasuredDatabase[] = [];
  for (const size of sizes) databases.push(await makeDatabase(stage, size));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const database of databases) {
      await measureOnce(database);
      // The first round is for the caches.
      if (round === 0) database.times.clear();
    }
  }
  for (const { dataSource } of databases) await dataSource.destroy();
  return growthOf(databases);
}

async function main(): Promise<void> {
  const sizes = readSizes();
  Logger.overrideLogger(['error', 'fatal']);
  const workspace = new Workspace();
  try {
    const stage = await openStage(workspace, SETTINGS);
    const statements = await countStatements(stage);
    say(`${statementTable(statements)}\n`);
    const growths = await measureGrowth(stage, sizes);
    say(`\n${growthTable(sizes, growths)}`);
    const kept = {
      at: new Date().toISOString(),
      machine: thisMachine(),
      buffersMb: BUFFERS_MB,
      sizes,
      statements,
      growths,
    };
    if (sizes.join(',') === DEFAULT_SIZES) writeResult('database.json', kept);
    await stage.close();
  } finally {
    await workspace.close();
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
await main();

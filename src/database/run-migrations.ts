import 'reflect-metadata';
import { endAtOnceOnSignals, EXIT_BY_SIGTERM } from '../common/end-at-once.js';
import { StartError } from '../common/errors/start-error.js';
import { readConfiguration } from '../config/read-configuration.js';
import { describeDatabase } from './connection/describe-database.js';
import { openDatabase } from './connection/open-database.js';
import { toToolDatabase } from './tool-database.js';

async function main(): Promise<void> {
  endAtOnceOnSignals(EXIT_BY_SIGTERM);
  const { database } = readConfiguration();
  process.stderr.write(`Database: ${describeDatabase(database)}\n`);
  const dataSource = await openDatabase(toToolDatabase(database), []);
  await dataSource.destroy();
  console.log('The database is up to date.');
}

try {
  await main();
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

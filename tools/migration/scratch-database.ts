import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { embeddedOptions } from '../../src/database/connection/data-source-options.js';
import { openScratchPostgres } from '../../src/database/embedded/embedded-postgres.js';

/** The entities of the service. */
const ALL_ENTITIES = join(import.meta.dirname, '..', '..', 'src', '**', '*.entity.ts');

/** Does `work` in an empty database that is thrown away afterwards, with all entities. */
export async function withScratchDatabase<Result>(
  work: (dataSource: DataSource) => Promise<Result>,
): Promise<Result> {
  Logger.overrideLogger(['warn', 'error', 'fatal']);
  const scratch = await openScratchPostgres();
  const dataSource = new DataSource({ ...embeddedOptions(scratch.socketFolder), entities: [ALL_ENTITIES] });
  try {
    await dataSource.initialize();
    return await work(dataSource);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await scratch.close();
  }
}

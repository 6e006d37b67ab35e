/**
 * Compares what the migrations make with what the entities ask for, and with what their `down` leaves
 * behind; exits with 1 when there is a difference. TypeORM's own check knows neither the predicate of a
 * partial index nor the text of a check constraint.
 */
import 'reflect-metadata';
import type { DataSource } from 'typeorm';
import { migrate } from '../../src/database/migrate.js';
import { compareCatalogues, readCatalogue } from './schema-catalogue.js';
import { withScratchDatabase } from './scratch-database.js';

/** What an entity cannot ask for. */
const OF_MIGRATIONS_ALONE = /^(?:function|trigger) /;

interface Finding {
  readonly title: string;
  readonly lines: readonly string[];
}

async function check(dataSource: DataSource): Promise<Finding[]> {
  await migrate(dataSource);
  const migrated = await readCatalogue(dataSource);
  for (let left = dataSource.migrations.length; left > 0; left--) await dataSource.undoLastMigration();
  const afterDown = await readCatalogue(dataSource);
  await dataSource.synchronize(true);
  const wanted = await readCatalogue(dataSource);
  return [
    {
      title: 'Only in the migrations (-) or only in the entities (+):',
      lines: compareCatalogues(
        migrated.filter((line) => !OF_MIGRATIONS_ALONE.test(line)),
        wanted,
      ),
    },
    { title: 'Left behind by down:', lines: afterDown },
    { title: 'Entities:', lines: wanted.length === 0 ? ['none were found'] : [] },
  ].filter(({ lines }) => lines.length > 0);
}

const findings = await withScratchDatabase(check);
for (const { title, lines } of findings)
  console.error(`${title}\n${lines.map((line) => `  ${line}`).join('\n')}`);
if (findings.length === 0) console.log('The migrations make exactly what the entities ask for.');
else process.exitCode = 1;

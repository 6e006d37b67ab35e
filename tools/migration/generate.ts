/**
 * Writes a migration that brings the migrated schema to the entities: a draft, to be tidied and to be
 * added to `migrations.ts` by hand. Its one argument is a name, such as `add-turn-language`.
 *
 * Read the draft: to change a column's length TypeORM drops the column, with everything in it.
 */
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { migrate } from '../../src/database/migrate.js';
import { withScratchDatabase } from './scratch-database.js';

/** From the root of the project, where npm runs its scripts. */
const FOLDER = join('src', 'database', 'migrations');

async function draft(dataSource: DataSource): Promise<{ up: string[]; down: string[] }> {
  await migrate(dataSource);
  const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
  return { up: upQueries.map(({ query }) => query), down: downQueries.map(({ query }) => query).reverse() };
}

function sourceOf(className: string, { up, down }: { up: string[]; down: string[] }): string {
  const calls = (queries: string[]) =>
    queries.map((query) => `    await queryRunner.query(${JSON.stringify(query)});`).join('\n');
  return `import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ${className} implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
${calls(up)}
  }

  async down(queryRunner: QueryRunner): Promise<void> {
${calls(down)}
  }
}
`;
}

const name = process.argv[2] ?? '';
if (!/^[a-z][a-z\d]*(?:-[a-z\d]+)*$/.test(name))
  throw new Error('Give the migration a name, such as add-turn-language');
const queries = await withScratchDatabase(draft);
if (queries.up.length === 0) {
  console.log('TypeORM sees no difference. It is blind to predicates and checks: see migration:check.');
} else {
  const timestamp = Date.now();
  const className =
    name.replaceAll(/(?:^|-)([a-z\d])/g, (_, letter: string) => letter.toUpperCase()) + timestamp;
  const file = join(FOLDER, `${timestamp}-${name}.ts`);
  writeFileSync(file, sourceOf(className, queries));
  console.log(`${file} written. Tidy it, and add ${className} to migrations.ts.`);
}

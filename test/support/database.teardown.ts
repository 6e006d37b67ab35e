import type { Template } from './database.template.js';

/** Removes what `database.setup.ts` made. */
export default async function tearDown(): Promise<void> {
  await (globalThis as { databaseTemplate?: Template }).databaseTemplate?.remove();
}

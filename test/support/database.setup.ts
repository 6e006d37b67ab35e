import { registerHooks } from 'node:module';
import type { Template } from './database.template.js';

/**
 * Makes the database that every test of the run gets a copy of. Jest loads this file outside its own module
 * system: it compiles it, and what it imports, but finds no `.ts` under the `.js` that our imports say.
 */
export default async function setUp(): Promise<void> {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        if (!specifier.startsWith('.') || !specifier.endsWith('.js')) throw error;
        return next(specifier.replace(/\.js$/, '.ts'), context);
      }
    },
  });
  try {
    const { makeTemplate } = await import('./database.template.js');
    const template = await makeTemplate();
    (globalThis as { databaseTemplate?: Template }).databaseTemplate = template;
    process.stdout.write(`Database under test: ${template.description}\n`);
  } finally {
    hooks.deregister();
  }
}

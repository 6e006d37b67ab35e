import { onDatabase, shared } from '../jest.config.js';

/** The settings of tests that are no part of `npm test`, in a folder of `test/`. */
export const separate = (folder) => ({
  ...shared,
  rootDir: '../..',
  testMatch: [`<rootDir>/test/${folder}/**/*.spec.ts`],
});

/** For those that run the service in their own process; `TEST_DATABASE` names their database. */
export const withDatabase = onDatabase(process.env['TEST_DATABASE'] ?? 'embedded');

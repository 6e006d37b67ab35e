import root from '../jest.config.js';

const { extensionsToTreatAsEsm, moduleNameMapper, testEnvironment, transform } = root.projects[0];
const { globalSetup, globalTeardown } = root.projects[1];

/** The settings of tests that are no part of `npm test`, in a folder of `test/`. */
export const separate = (folder) => ({
  extensionsToTreatAsEsm,
  moduleNameMapper,
  testEnvironment,
  transform,
  rootDir: '../..',
  testMatch: [`<rootDir>/test/${folder}/**/*.spec.ts`],
});

/** For those that run the whole service in their own process: they need a database. */
export const withDatabase = { globalSetup, globalTeardown };

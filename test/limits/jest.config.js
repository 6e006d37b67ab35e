import root from '../../jest.config.js';

/** The settings of the tests that run the whole service. */
const { extensionsToTreatAsEsm, globalSetup, globalTeardown, moduleNameMapper, testEnvironment, transform } =
  root.projects[1];

/** Not part of `npm test`: these tests take minutes, or need root, nginx or libfaketime. */
export default {
  extensionsToTreatAsEsm,
  globalSetup,
  globalTeardown,
  moduleNameMapper,
  testEnvironment,
  transform,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/limits/**/*.spec.ts'],
  // They load the machine, and would be each other's fault.
  maxWorkers: 1,
  testTimeout: 120_000,
};

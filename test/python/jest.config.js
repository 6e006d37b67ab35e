import root from '../../jest.config.js';

/** The settings of the tests that run the whole service. */
const { extensionsToTreatAsEsm, globalSetup, globalTeardown, moduleNameMapper, testEnvironment, transform } =
  root.projects[1];

/** Not part of `npm test`: these tests need Python, and npm does not bring one. */
export default {
  extensionsToTreatAsEsm,
  globalSetup,
  globalTeardown,
  moduleNameMapper,
  testEnvironment,
  transform,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/python/**/*.spec.ts'],
  testTimeout: 60_000,
};

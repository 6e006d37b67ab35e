import root from '../../jest.config.js';

/** The unit specs' settings: no database is set up, the service that is tested brings its own. */
const { extensionsToTreatAsEsm, moduleNameMapper, testEnvironment, transform } = root.projects[0];

/** Not part of `npm test`: these tests need a browser, and npm does not bring one. */
export default {
  extensionsToTreatAsEsm,
  moduleNameMapper,
  testEnvironment,
  transform,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/browser/**/*.spec.ts'],
  testTimeout: 60_000,
  // By default Jest leaves a core free: on two, one test after the other.
  maxWorkers: 2,
};

import { separate } from '../jest.separate.js';

/** These tests need a browser, and npm does not bring one. The service that is tested brings its own database. */
export default {
  ...separate('browser'),
  testTimeout: 60_000,
  // By default Jest leaves a core free: on two, one test after the other.
  maxWorkers: 2,
};
